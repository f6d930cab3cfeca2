#include "open_sqlite.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace dropzone::stores {
namespace {

using sqlite::SqliteRecordRepository;
using sqlite::WalStats;

std::vector<std::shared_ptr<const Kind>> all_kinds(const KindCatalog& catalog) {
  auto kinds = catalog.kinds();
  kinds.insert(kinds.end(), catalog.system_kinds().begin(), catalog.system_kinds().end());
  return kinds;
}

std::function<std::vector<metrics::Metrics::Labelled>()> builds_of(
    const SqliteRecordRepository& repository, std::int64_t IndexBuild::*figure) {
  return [&repository, figure] {
    std::vector<metrics::Metrics::Labelled> builds;
    for (const IndexBuild& build : repository.builds()) {
      builds.push_back({{{"kind", build.kind}, {"field", std::string(build.field.name())}},
                        static_cast<double>(build.*figure)});
    }
    return builds;
  };
}

template <std::size_t Bounds>
metrics::Metrics::Histogram histogram_of(const sqlite::Histogram<Bounds>& counted) {
  return {.bounds = {counted.bounds.begin(), counted.bounds.end()},
          .counts = {counted.counts.begin(), counted.counts.end()},
          .count = counted.count,
          .sum = counted.sum};
}

void add_stats(metrics::Metrics& metrics, const SqliteRecordRepository& repository) {
  metrics.add_histogram("dropzone_commit_group_size", "Calls of the store that shared a commit.",
                        [&repository] { return histogram_of(repository.stats().group_sizes); });
  metrics.add_histogram("dropzone_commit_duration_seconds",
                        "Commits, from their beginning until they are durable.",
                        [&repository] { return histogram_of(repository.stats().commit_seconds); });
  metrics.add_gauge("dropzone_commit_queue_depth", "Calls of the store that wait for a commit.",
                    [&repository] { return static_cast<double>(repository.stats().queue_depth); });
  const auto figure = [&repository](auto read) {
    return [&repository, read] { return static_cast<double>(read(repository.wal_stats())); };
  };
  metrics.add_gauge("dropzone_store_log_bytes", "Bytes of SQLite's log.",
                    figure([](const WalStats& log) { return log.bytes; }));
  metrics.add_gauge("dropzone_store_log_unmoved_bytes",
                    "Bytes of SQLite's log that are not yet in the file.",
                    figure([](const WalStats& log) { return log.unmoved_bytes; }));
  metrics.add_gauge(
      "dropzone_store_log_held_seconds",
      "For how long a read has kept SQLite's log from being moved into the file.",
      figure([](const WalStats& log) { return std::chrono::duration<double>(log.held).count(); }));
  metrics.add_counter("dropzone_store_log_move_failures_total",
                      "Failures to move SQLite's log into the file.",
                      figure([](const WalStats& log) { return log.move_failures; }));
  metrics.add_counter("dropzone_store_sync_failures_total",
                      "Failures of the disk to keep what was written to the log or the file.",
                      figure([](const WalStats& log) { return log.sync_failures; }));
  metrics.add_counter("dropzone_store_log_pauses_total",
                      "Pauses after commits, so that SQLite's log grows slowly.",
                      figure([](const WalStats& log) { return log.pauses; }));
  metrics.add_gauges("dropzone_index_build_records",
                     "Records that are in an index that is being built.",
                     builds_of(repository, &IndexBuild::done));
  metrics.add_gauges("dropzone_index_build_total_records",
                     "Records that will be in an index that is being built.",
                     builds_of(repository, &IndexBuild::total));
}

}  // namespace

Result<std::unique_ptr<SqliteRecordRepository>> open_sqlite(const std::filesystem::path& path,
                                                            const Opening& opening) {
  sqlite::SqliteOptions options;
  options.path = path;
  options.kinds = all_kinds(opening.kinds);
  options.index_progress = [&log = opening.log](std::string_view kind, std::string_view field,
                                                std::int64_t done, std::int64_t total) {
    log.info("indexing " + std::string(field) + " of " + std::string(kind) + ": " +
             std::to_string(done) + " of " + std::to_string(total) + " records");
  };
  options.warn = [&log = opening.log](const std::string& text) { log.warning(text); };
  auto repository = SqliteRecordRepository::open(options);
  if (repository) add_stats(opening.metrics, **repository);
  return repository;
}

}  // namespace dropzone::stores
