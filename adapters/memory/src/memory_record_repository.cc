#include <dropzone/memory/memory_record_repository.h>

#include <algorithm>
#include <utility>

#include <dropzone/call/memory_meter.h>
#include <dropzone/call/takes_long.h>
#include <dropzone/call/watch.h>
#include <dropzone/query/aggregator.h>
#include <dropzone/query/filter_matcher.h>
#include <dropzone/store/document_decoder.h>
#include <dropzone/store/write_decision.h>

namespace dropzone::memory {
Result<std::vector<WriteOutcome>> MemoryRecordRepository::write(std::vector<Write> writes,
                                                                Atomicity atomicity,
                                                                const CallOptions& options) {
  const WriteLock lock(mutex_);
  if (options.is_over()) return deadline_exceeded();

  Before before;
  return write_all(std::move(writes), atomicity, before);
}

Result<std::vector<WriteOutcome>> MemoryRecordRepository::write_with_receipts(
    std::vector<Write> writes, Atomicity atomicity, const Receipts& receipts,
    const CallOptions& options) {
  const WriteLock lock(mutex_);
  if (options.is_over()) return deadline_exceeded();
  if (writes.empty()) return std::vector<WriteOutcome>();
  Before before;
  for (const Write& write : writes) note(write, before);
  auto outcomes = write_all(std::move(writes), atomicity, before);
  auto written = write_one(receipts.receipt(0, outcomes));
  if (written.status != WriteStatus::refused) return outcomes;
  undo(before, 0);
  return std::move(written.error);
}

std::vector<WriteOutcome> MemoryRecordRepository::write_all(std::vector<Write> writes,
                                                            Atomicity atomicity, Before& before) {
  const bool all_joined = atomicity == Atomicity::atomic;
  std::vector<WriteOutcome> outcomes(writes.size());
  for (std::size_t first = 0; first < writes.size();) {
    std::size_t end = first + 1;
    while (end < writes.size() && (all_joined || writes[end].joined)) ++end;
    const std::size_t noted = before.size();
    for (std::size_t i = first; i < end; ++i) {
      if (end - first > 1) note(writes[i], before);
      outcomes[i] = write_one(std::move(writes[i]));
      if (outcomes[i].status != WriteStatus::refused) continue;
      undo(before, noted);
      std::fill(outcomes.begin() + static_cast<std::ptrdiff_t>(first),
                outcomes.begin() + static_cast<std::ptrdiff_t>(i), WriteOutcome{});
      break;
    }
    first = end;
  }
  return outcomes;
}

void MemoryRecordRepository::note(const Write& write, Before& before) const {
  const Records& records = records_of(write.kind);
  const auto found = records.find(write.id);
  before.emplace_back(Key(write.kind, write.id),
                      found == records.end() ? std::nullopt : std::optional(found->second));
}

void MemoryRecordRepository::undo(Before& before, std::size_t kept) {
  for (; before.size() > kept; before.pop_back()) {
    auto& [key, stored] = before.back();
    if (stored) {
      kinds_[key.first].insert_or_assign(key.second, *std::move(stored));
    } else {
      kinds_[key.first].erase(key.second);
    }
  }
}

std::optional<PresentRecord> MemoryRecordRepository::present_at(const Records& records,
                                                                Records::const_iterator found) {
  if (found == records.end()) return std::nullopt;
  const RecordMeta& meta = found->second.meta;
  return PresentRecord{.version = meta.version, .created_at = meta.created_at};
}

WriteOutcome MemoryRecordRepository::write_one(Write write) {
  Records& records = kinds_[write.kind];
  const auto found = records.find(write.id);
  WriteOutcome outcome = decide(write, present_at(records, found));
  switch (outcome.status) {
    case WriteStatus::replaced:
      write.meta.created_at = outcome.created_at;
      write.meta.updated_at = std::max(write.meta.updated_at, write.meta.created_at);
      [[fallthrough]];
    case WriteStatus::created:
      records.insert_or_assign(std::move(write.id),
                               Stored{std::move(write.original), std::move(write.data),
                                      std::move(write.data_json), std::move(write.meta)});
      break;
    case WriteStatus::erased: records.erase(found); break;
    case WriteStatus::skipped:
    case WriteStatus::refused:
    case WriteStatus::aborted: break;
  }
  return outcome;
}

Result<void> MemoryRecordRepository::find(const std::string& kind, std::span<const std::string> ids,
                                          Projection projection, const RecordSink& sink,
                                          const CallOptions& options) {
  const ReadLock lock(mutex_);
  if (options.is_over()) return deadline_exceeded();
  const Records& records = records_of(kind);
  for (const std::string& id : ids) {
    if (options.is_over()) return deadline_exceeded();
    const auto found = records.find(id);
    if (found != records.end()) show(id, found->second, projection, sink);
  }
  return {};
}

Result<std::optional<Position>> MemoryRecordRepository::query(const Query& query,
                                                              Projection projection,
                                                              const RecordSink& sink,
                                                              const CallOptions& options) {
  using Hit = std::pair<Position, const Stored*>;

  const ReadLock lock(mutex_);
  if (options.is_over()) return deadline_exceeded();
  const FilterMatcher matcher(query.filter);
  Watch watch(&options);
  const Records& records = records_of(query.kind);
  const bool by_id = query.order.empty();
  auto record = by_id && query.after ? records.upper_bound(query.after->id) : records.begin();

  std::vector<Hit> hits;
  std::size_t looked_at = 0;
  const std::size_t most_looked_at = 4 * query.limit;  // If the call may not take long.
  MemoryMeter meter(options.memory.get());
  const auto is_before = [&](const Hit& left, const Hit& right) {
    return compare_positions(query.order, left.first, right.first) < 0;
  };
  const auto keep_first = [&](std::size_t count) {
    const auto end = hits.begin() + static_cast<std::ptrdiff_t>(count);
    std::nth_element(hits.begin(), end, hits.end(), is_before);
    for (auto hit = end; hit != hits.end(); ++hit) meter.remove(bytes_of(hit->first));
    hits.erase(end, hits.end());
  };
  for (; record != records.end() && !(by_id && hits.size() > query.limit); ++record) {
    if (watch.is_over()) return deadline_exceeded();
    if (!options.may_wait && looked_at++ == most_looked_at) return takes_long();
    const auto& [id, stored] = *record;
    const ObjectFields data(stored.data);
    const DatedFields fields(data, stored.meta.created_at, stored.meta.updated_at);
    if (!matcher.matches(id, fields, watch)) continue;
    auto values = sort_values(query.order, id, fields);
    if (!values) continue;
    Position position{*std::move(values), id};
    if (query.after && compare_positions(query.order, position, *query.after) <= 0) continue;
    if (!meter.add(bytes_of(position))) return *meter.fault();
    hits.emplace_back(std::move(position), &stored);
    if (!by_id && hits.size() / 2 > query.limit) keep_first(query.limit + 1);
  }

  if (watch.was_over()) return deadline_exceeded();
  const std::size_t most = std::min(query.limit, hits.size());
  if (!by_id) {
    std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(most), hits.end(),
                      is_before);
  }
  meter.give_back();
  std::size_t shown = 0;
  for (std::size_t bytes = 0; shown < most && bytes < query.max_bytes; ++shown) {
    bytes += show(hits[shown].first.id, *hits[shown].second, projection, sink);
  }
  if (shown == hits.size()) return std::optional<Position>();
  return std::optional(std::move(hits[shown - 1].first));
}

Result<Aggregates> MemoryRecordRepository::aggregate(const AggregateQuery& query,
                                                     const CallOptions& options) {
  const ReadLock lock(mutex_);
  if (options.is_over()) return deadline_exceeded();
  const FilterMatcher matcher(query.filter);
  Watch watch(&options);
  Aggregator aggregator(query, options.memory.get());
  const std::size_t looks = query.fields().size();
  for (const auto& [id, stored] : records_of(query.kind)) {
    if (watch.is_over(1 + looks)) return deadline_exceeded();
    const ObjectFields data(stored.data);
    const DatedFields fields(data, stored.meta.created_at, stored.meta.updated_at);
    if (matcher.matches(id, fields, watch) && !aggregator.add(fields)) break;
  }
  if (watch.was_over()) return deadline_exceeded();
  return aggregator.result();
}

Result<std::vector<EraseStatus>> MemoryRecordRepository::erase(const std::string& kind,
                                                               std::span<const Erase> erases,
                                                               const CallOptions& options) {
  const WriteLock lock(mutex_);
  if (options.is_over()) return deadline_exceeded();
  Records& records = kinds_[kind];
  std::vector<EraseStatus> statuses;
  statuses.reserve(erases.size());
  for (const Erase& erase : erases) {
    const auto found = records.find(erase.id);
    statuses.push_back(decide(erase, present_at(records, found)));
    if (statuses.back() == EraseStatus::erased) records.erase(found);
  }
  return statuses;
}

Result<std::vector<std::string>> MemoryRecordRepository::kinds(const CallOptions&) {
  const ReadLock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, records] : kinds_) {
    if (!records.empty()) names.push_back(name);
  }
  return names;
}

Result<void> MemoryRecordRepository::check(const CallOptions&) { return {}; }

const MemoryRecordRepository::Records& MemoryRecordRepository::records_of(
    const std::string& kind) const {
  static const Records kNone;
  const auto found = kinds_.find(kind);
  return found == kinds_.end() ? kNone : found->second;
}

std::size_t MemoryRecordRepository::show(const std::string& id, const Stored& stored,
                                         Projection projection, const RecordSink& sink) {
  RecordView view{.id = id, .data = {}, .original = {}, .meta = nullptr};
  if (projection.data) view.data = stored.data_json;
  if (projection.original) view.original = stored.original;
  if (projection.meta) view.meta = &stored.meta;
  std::vector<std::string> timestamps;
  if (projection.timestamps) timestamps = timestamp_pointers(stored.data);
  view.timestamps = timestamps;
  sink(view);
  return view.bytes();
}

}  // namespace dropzone::memory
