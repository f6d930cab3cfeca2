// How fast a job transforms what is stored, against a bare loop that does the same to the same
// records: reads originals, runs the pipeline, writes.
//
//   retransform FOLDER RECORDS ROUNDS   prints a line for each way: its name, records a second, and
//   MiB
//
// Both ways take their turn in every round, and the best round of each is printed, with what the
// process then had resident beyond what it had once the records were there. The folder must be
// empty.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/job/retransform.h>
#include <dropzone/sqlite/sqlite_record_repository.h>
#include <dropzone/value/json_text.h>

#include "job_bench.h"

namespace dropzone::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kKind = "series";
constexpr std::size_t kPage = 500;

class Bench {
 public:
  Bench(RecordRepository& store, DropZone& zone) : store_(store), zone_(zone) {}

  /// What nobody could do without: no checkpoints, no report, no look at what is asked for.
  std::size_t bare_loop(const Kind& kind) {
    std::size_t done = 0;
    Query query{.kind = kind.name(), .filter = {}, .order = {}, .after = {}};
    query.limit = kPage;
    do {
      std::vector<Write> writes;
      query.after = expect(store_.query(
          query, {.original = true, .meta = true, .data = false},
          [&](const RecordView& view) {
            Write write;
            write.kind = kind.name();
            write.id = view.id;
            write.meta = *view.meta;
            write.original = view.original;
            write.if_exists = IfExists::replace;
            write.if_version = std::exchange(write.meta.version, ids_.next());
            writes.push_back(std::move(write));
          },
          kNoDeadline));
      for (Write& write : writes) {
        auto decoded = expect(json::decode_records(write.original, {}));
        write.data = expect(kind.transform(expect(std::move(decoded.front().object))));
        write.data_json = to_json(write.data);
        write.meta.pipeline = kind.pipeline_name();
      }
      done += writes.size();
      expect(store_.write(std::move(writes), Atomicity::partial, kNoDeadline));
    } while (query.after);
    return done;
  }

  /// Returns how many records a second it did.
  double job() {
    const auto decode = [](std::string_view text) { return json::decode_value(text, kMaxNesting); };
    Jobs jobs({.repository = store_, .clock = clock_, .ids = ids_, .decode = decode});
    const auto work =
        std::make_shared<Retransform>(Retransform::Ports{.zone = zone_,
                                                         .clock = clock_,
                                                         .ids = ids_,
                                                         .decode_record = read_original,
                                                         .decode = decode});
    const Job asked =
        expect(ask_for_retransform(zone_, jobs, {.kind = std::string(kKind)}, kNoDeadline));
    return run_job(jobs, clock_, asked, work);
  }

 private:
  RecordRepository& store_;
  DropZone& zone_;
  SystemClock clock_;
  RandomIdSource ids_;
};

void run(const std::string& folder, int records, int rounds) {
  std::int64_t version = 1;
  const KindCatalog catalog = expect(KindCatalog::of(std::vector{series(kKind, version)}));
  auto kinds = catalog.kinds();
  kinds.insert(kinds.end(), catalog.system_kinds().begin(), catalog.system_kinds().end());
  const auto store = expect(sqlite::SqliteRecordRepository::open(
      {.path = folder + "/bench.db", .kinds = std::move(kinds)}));
  SystemClock clock;
  RandomIdSource ids;
  DropZone zone({.repository = *store, .clock = clock, .ids = ids}, catalog);
  Bench bench(*store, zone);
  send(zone, kKind, 0, records, 5'000);
  const double idle = resident_mib();
  double bare = 0;
  double by_job = 0;
  double most = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto kind = series(kKind, ++version);
    zone.set_kinds(expect(KindCatalog::of(std::vector{kind})));
    const auto began = steady_clock::now();
    const std::size_t done = bench.bare_loop(*kind);
    bare = std::max(bare, rate(done, steady_clock::now() - began));
    zone.set_kinds(expect(KindCatalog::of(std::vector{series(kKind, ++version)})));
    by_job = std::max(by_job, bench.job());
    most = std::max(most, resident_mib() - idle);
  }
  print("bare loop", bare, most);
  print("job", by_job, most);
}

}  // namespace
}  // namespace dropzone::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: retransform FOLDER RECORDS ROUNDS\n";
    return 2;
  }
  dropzone::bench::run(argv[1], std::atoi(argv[2]), std::atoi(argv[3]));
  return 0;
}
