#include <dropzone/store/record_copier.h>

#include <chrono>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <dropzone/kind/kind.h>
#include <dropzone/value/record_id.h>

#include "store/drop_zone/new_writes.h"

namespace dropzone {
namespace {

constexpr std::size_t kPageRecords = 2'000;
constexpr std::size_t kPageBytes = std::size_t{8} << 20;
constexpr std::chrono::minutes kPatience{2};
constexpr Projection kEverything{.original = true, .meta = true, .data = true, .timestamps = true};
constexpr Projection kIdsAlone{.data = false};

Deadline page_deadline() { return std::chrono::steady_clock::now() + kPatience; }

/// Reads a kind page by page, in the order of ids.
class Pages {
 public:
  Pages(RecordRepository& repository, const std::string& kind, Projection projection)
      : repository_(repository), projection_(projection) {
    query_.kind = kind;
    query_.limit = kPageRecords;
    query_.max_bytes = kPageBytes;
  }

  /// Passes the next page to the sink. False once there was none.
  Result<bool> next(const RecordSink& sink) {
    if (finished_) return false;
    auto place = repository_.query(query_, projection_, sink, page_deadline());
    if (!place) return std::move(place).error();
    finished_ = !*place;
    query_.after = *std::move(place);
    return true;
  }

 private:
  RecordRepository& repository_;
  const Projection projection_;
  Query query_;
  bool finished_ = false;
};

/// Hashes all that is known of a record. Each part has its length before it, so that no two records
/// have the same text.
class Fingerprint {
 public:
  explicit Fingerprint(const Digest& digest) : digest_(digest) {}

  Sha256 operator()(const RecordView& record) {
    text_.clear();
    append(record.id);
    append(record.data);
    append(record.original);
    append(std::to_string(record.timestamps.size()));
    for (const std::string& pointer : record.timestamps) append(pointer);
    append(std::to_string(record.meta->created_at.micros));
    append(std::to_string(record.meta->updated_at.micros));
    append(record.meta->version);
    append(record.meta->pipeline);
    if (const auto& hash = record.meta->sha256) text_.append(hash->begin(), hash->end());
    if (const auto& received = record.meta->received) {
      append(std::to_string(received->at.micros));
      append(received->by);
    }
    return digest_.sha256(text_);
  }

 private:
  void append(std::string_view part) {
    text_.append(std::to_string(part.size())).append(":").append(part);
  }

  const Digest& digest_;
  std::string text_;
};

Result<Tally> tally(RecordRepository& repository, const Digest& digest, const std::string& kind,
                    const RecordCopier::PageRead& page_read) {
  Tally tally;
  Fingerprint fingerprint(digest);
  Pages pages(repository, kind, kEverything);
  for (;;) {
    const auto more = pages.next([&](const RecordView& record) {
      const Sha256 hash = fingerprint(record);
      for (std::size_t i = 0; i < hash.size(); ++i) tally.checksum[i] ^= hash[i];
      ++tally.records;
    });
    if (!more) return more.error();
    if (!*more) return tally;
    if (page_read) page_read(tally.records);
  }
}

/// Makes writes of records as they are shown.
class WriteMaker {
 public:
  WriteMaker(const DocumentDecoder& decoder, const std::string& kind,
             std::optional<std::chrono::seconds> kept_for)
      : decoder_(decoder), kind_(kind), kept_for_(kept_for) {}

  void add(const RecordView& record) {
    auto data = decoder_.decode(record.data, record.timestamps);
    if (!data) {
      if (!fault_) fault_ = std::move(data).error();
      return;
    }
    const auto kept_for = kept_for_of(*data, *record.meta);
    writes_.push_back({.kind = kind_,
                       .id = std::string(record.id),
                       .original = std::string(record.original),
                       .data = *std::move(data),
                       .data_json = std::string(record.data),
                       .meta = *record.meta,
                       .kept_for = kept_for});
  }

  Result<std::vector<Write>> take() {
    if (fault_) return *fault_;
    return std::exchange(writes_, {});
  }

 private:
  [[nodiscard]] std::optional<std::chrono::seconds> kept_for_of(const Object& data,
                                                                const RecordMeta& meta) const {
    if (kind_ == kRejectsKind) {
      const Timestamp* const last = time_of(data, "receivedAt");
      return kept_since(kept_for_, meta.created_at, last ? *last : meta.created_at);
    }
    if (kind_ != kHistoryKind) return kept_for_;
    // What has no age is kept for ever.
    const Timestamp* const end = time_of(data, "expiresAt");
    if (!end) return std::nullopt;
    return kept_since(std::chrono::seconds(0), meta.created_at, *end);
  }

  static const Timestamp* time_of(const Object& data, std::string_view name) {
    const Value* const value = data.find(name);
    return value ? value->as_timestamp() : nullptr;
  }

  const DocumentDecoder& decoder_;
  const std::string& kind_;
  const std::optional<std::chrono::seconds> kept_for_;
  std::vector<Write> writes_;
  std::optional<Error> fault_;
};

Result<bool> is_empty(RecordRepository& repository, const std::string& kind) {
  Query query;
  query.kind = kind;
  query.limit = 1;
  bool empty = true;
  const auto read = repository.query(
      query, kIdsAlone, [&](const RecordView&) { empty = false; }, page_deadline());
  if (!read) return read.error();
  return empty;
}

/// Those of the ids that the repository has.
Result<std::unordered_set<std::string>> present_ids(RecordRepository& repository,
                                                    const std::string& kind,
                                                    const std::vector<std::string>& ids) {
  std::unordered_set<std::string> present;
  const auto found = repository.find(
      kind, ids, kIdsAlone, [&](const RecordView& record) { present.emplace(record.id); },
      page_deadline());
  if (!found) return found.error();
  return present;
}

std::vector<std::string> ids_of(const std::vector<Write>& writes) {
  std::vector<std::string> ids;
  ids.reserve(writes.size());
  for (const Write& write : writes) ids.push_back(write.id);
  return ids;
}

/// Takes out the writes of records that are there.
Result<std::uint64_t> drop_present(RecordRepository& target, const std::string& kind,
                                   std::vector<Write>& writes) {
  const auto ids = ids_of(writes);
  const auto present = present_ids(target, kind, ids);
  if (!present) return present.error();
  return std::erase_if(writes, [&](const Write& write) { return present->contains(write.id); });
}

/// Takes out the writes of records that no client could name. Other programs may have left them in
/// the source, or an older version of this one.
void drop_dot_segments(std::vector<Write>& writes, CopyStats& stats) {
  std::erase_if(writes, [&](const Write& write) {
    if (!is_dot_segment(write.id)) return false;
    if (stats.refused.count == 0) stats.first_refusal = check_record_id(write.id).error();
    stats.refused.add(write.id);
    return true;
  });
}

Result<void> write_page(RecordRepository& target, std::vector<Write> writes, CopyStats& stats) {
  const auto ids = ids_of(writes);
  auto outcomes = target.write(std::move(writes), Atomicity::partial, page_deadline());
  if (!outcomes) return std::move(outcomes).error();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    WriteOutcome& outcome = (*outcomes)[i];
    if (outcome.status == WriteStatus::created) {
      ++stats.copied;
    } else if (outcome.error.code == ErrorCode::already_exists) {
      ++stats.present;  // Somebody else was faster.
    } else {
      if (stats.refused.count == 0) stats.first_refusal = std::move(outcome.error);
      stats.refused.add(ids[i]);
    }
  }
  return {};
}

using HashById = std::unordered_map<std::string, Sha256>;

/// Judges a page of the source's by what the target has.
Result<void> compare_page(RecordRepository& target, const std::string& kind, const HashById& page,
                          Fingerprint& fingerprint, Differences& differences) {
  std::vector<std::string> ids;
  ids.reserve(page.size());
  for (const auto& [id, hash] : page) ids.push_back(id);
  std::unordered_set<std::string> found;
  const auto read = target.find(
      kind, ids, kEverything,
      [&](const RecordView& record) {
        std::string id(record.id);
        if (fingerprint(record) != page.at(id)) differences.different.add(id);
        found.insert(std::move(id));
      },
      page_deadline());
  if (!read) return read.error();
  for (const std::string& id : ids) {
    if (!found.contains(id)) differences.only_source.add(id);
  }
  return {};
}

/// Ends what the progress shows, whatever the result.
class Shown {
 public:
  Shown(Progress& progress, std::string what, std::uint64_t total) : progress_(progress) {
    progress_.begin(std::move(what), total);
  }
  Shown(const Shown&) = delete;
  Shown& operator=(const Shown&) = delete;
  ~Shown() { progress_.end(); }
  void at(std::uint64_t records) { progress_.at(records); }

 private:
  Progress& progress_;
};

Result<std::uint64_t> count_records(RecordRepository& repository, const std::string& kind) {
  AggregateQuery query;
  query.kind = kind;
  query.count = true;
  DROPZONE_TRY(const Aggregates counted, repository.aggregate(query, kNoDeadline));
  return static_cast<std::uint64_t>(counted.count.value_or(0));
}

}  // namespace

void IdList::add(std::string_view id) {
  if (++count <= kMostNamed) named.emplace_back(id);
}

Result<CopyStats> RecordCopier::copy(const std::string& kind, const PageRead& page_read) {
  CopyStats stats;
  const auto empty = is_empty(ports_.target, kind);
  if (!empty) return empty.error();
  WriteMaker maker(ports_.decoder, kind, ports_.kept_for ? ports_.kept_for(kind) : std::nullopt);
  Pages pages(ports_.source, kind, kEverything);
  for (;;) {
    const auto more = pages.next([&](const RecordView& record) { maker.add(record); });
    if (!more) return more.error();
    if (!*more) return stats;
    auto writes = maker.take();
    if (!writes) return std::move(writes).error();
    if (!*empty) {
      const auto dropped = drop_present(ports_.target, kind, *writes);
      if (!dropped) return dropped.error();
      stats.present += *dropped;
    }
    drop_dot_segments(*writes, stats);
    if (!writes->empty()) {
      auto written = write_page(ports_.target, *std::move(writes), stats);
      if (!written) return std::move(written).error();
    }
    if (page_read) page_read(stats.copied + stats.present + stats.refused.count);
  }
}

Result<Tally> RecordCopier::tally_source(const std::string& kind, const PageRead& page_read) {
  return tally(ports_.source, ports_.digest, kind, page_read);
}

Result<Tally> RecordCopier::tally_target(const std::string& kind, const PageRead& page_read) {
  return tally(ports_.target, ports_.digest, kind, page_read);
}

Result<Differences> RecordCopier::differences(const std::string& kind) {
  Differences differences;
  Fingerprint fingerprint(ports_.digest);
  Pages source(ports_.source, kind, kEverything);
  for (;;) {
    HashById page;
    const auto more = source.next(
        [&](const RecordView& record) { page.emplace(record.id, fingerprint(record)); });
    if (!more) return more.error();
    if (!*more) break;
    auto compared = compare_page(ports_.target, kind, page, fingerprint, differences);
    if (!compared) return std::move(compared).error();
  }
  Pages target(ports_.target, kind, kIdsAlone);
  for (;;) {
    std::vector<std::string> ids;
    const auto more = target.next([&](const RecordView& record) { ids.emplace_back(record.id); });
    if (!more) return more.error();
    if (!*more) return differences;
    const auto present = present_ids(ports_.source, kind, ids);
    if (!present) return present.error();
    for (const std::string& id : ids) {
      if (!present->contains(id)) differences.only_target.add(id);
    }
  }
}

Result<KindReport> RecordCopier::copy_and_compare(const std::string& kind, Progress& progress) {
  DROPZONE_TRY(const std::uint64_t total, count_records(ports_.source, kind));
  KindReport report{.kind = kind};
  {
    Shown copying(progress, "copying " + kind, total);
    DROPZONE_TRY(report.stats, copy(kind, [&](std::uint64_t records) { copying.at(records); }));
  }
  {
    Shown comparing(progress, "comparing " + kind, 2 * total);
    DROPZONE_TRY(report.from,
                 tally_source(kind, [&](std::uint64_t records) { comparing.at(records); }));
    const auto of_both = [&](std::uint64_t records) {
      comparing.at(report.from.records + records);
    };
    DROPZONE_TRY(report.to, tally_target(kind, of_both));
  }
  if (!report.same()) {
    DROPZONE_TRY(report.differences, differences(kind));
  }
  return report;
}

}  // namespace dropzone
