#include "store/drop_zone/batch.h"

#include <utility>

#include <dropzone/kind/refusal.h>

#include "store/drop_zone/incoming.h"
#include "store/drop_zone/new_writes.h"

namespace dropzone {
namespace {

// So many bytes of originals are worth waking a thread for.
constexpr std::size_t kPartBytes = std::size_t{512} << 10;

/// What it costs to take in a record of so many bytes, in the units of Watch.
std::size_t work_of(std::size_t original_bytes) noexcept { return 8 + original_bytes / 128; }

/// The `_id` as the client wrote it, for the report, whatever becomes of the record.
std::string named_id(const IncomingRecord& record) {
  const Value* id = record.object ? record.object->find("_id") : nullptr;
  return id && id->as_string() ? *id->as_string() : std::string();
}

/// A copy, but for the original: that may be large, and is there where a copy is of use.
Write write_without_original(const Write& write) {
  return {.kind = write.kind,
          .id = write.id,
          .original = {},
          .data = write.data,
          .data_json = {},
          .meta = write.meta,
          .if_exists = write.if_exists,
          .if_version = {},
          .kept_for = write.kept_for};
}

}  // namespace

void DropZone::Batch::add(Write write) {
  write_of.push_back(writes_begun + writes.size());
  writes.push_back(std::move(write));
}

void DropZone::Batch::add_reject(Write write) {
  Write again = write_without_original(write);
  rejects.emplace_back(writes_begun + writes.size(), std::move(again));
  add(std::move(write));
}

void DropZone::Batch::pass_on() {
  writes_begun += writes.size();
  begun->add(std::exchange(writes, {}));
}

std::vector<Write> DropZone::Batch::take_repeated(const std::vector<WriteOutcome>& outcomes) {
  std::vector<Write> repeated;
  for (auto& [index, reject] : rejects) {
    if (is_there_already(outcomes[index])) repeated.push_back(std::move(reject));
  }
  return repeated;
}

DropZone::Admission::Admission(const DropZone& zone, const Kind& kind, const StoreRequest& request,
                               Passing passing, const CallOptions& options)
    : ports_(zone.ports_),
      kind_(kind),
      passing_(passing),
      options_(options),
      if_exists_(request.if_exists),
      allowance_(zone.limits_, options),
      received_{.at = ports_.clock.now(), .by = options.principal},
      context_(allowance_, received_),
      batch_{.kind = kind.name(), .atomicity = request.atomicity} {
  batch_.report.results.reserve(request.records.size());
  batch_.writes.reserve(request.records.size());
  batch_.write_of.reserve(request.records.size());
}

Result<void> DropZone::Admission::add(IncomingRecord record) {
  if (allowance_.is_over(work_of(record.original.size()))) return deadline_exceeded();
  StoreResult& result = batch_.report.results.emplace_back();
  result.line = record.line;
  result.id = named_id(record);
  batch_.names_id.push_back(!result.id.empty());
  auto admitted = record.object ? admit(kind_, *std::move(record.object), context_)
                                : Result<Admitted>(std::move(record.object).error());
  if (admitted) admitted = with_id(*std::move(admitted), kind_, ports_.digest);
  if (!admitted) return refuse(result, std::move(record), std::move(admitted).error());
  result.id = admitted->id ? *std::move(admitted->id) : ports_.ids.next_record();
  result.rounded = std::move(record.rounded);
  result.meta = new_meta(ports_, kind_, record.original, received_);
  result.data = admitted->data_json;
  if (!allowance_.hold(result.data.capacity())) return *allowance_.exhausted();
  batch_.add({.kind = batch_.kind,
              .id = result.id,
              .original = std::move(record.original),
              .data = std::move(admitted->data),
              .data_json = std::move(admitted->data_json),
              .meta = result.meta,
              .if_exists = if_exists_,
              .kept_for = kind_.retention()});
  pass_on_part();
  return {};
}

void DropZone::Admission::pass_on_part() {
  part_bytes_ += batch_.writes.back().original.size();
  if (passing_ == Passing::whole || part_bytes_ < kPartBytes) return;
  if (!batch_.begun) batch_.begun = ports_.repository.begin_batch(options_);
  const std::size_t count = batch_.writes.size();
  batch_.pass_on();
  batch_.writes.reserve(count);
  part_bytes_ = 0;
}

Result<void> DropZone::Admission::refuse(StoreResult& result, IncomingRecord record, Error error) {
  if (auto exhausted = allowance_.exhausted()) return *std::move(exhausted);
  any_refused_ = true;
  result.status = StoreStatus::rejected;
  result.error = std::move(error);
  bound_values(result.error, record.original.size());
  if (batch_.atomicity == Atomicity::atomic) {  // Then nothing is written, the reject neither.
    batch_.write_of.push_back(Batch::kNoWrite);
    return {};
  }
  batch_.add_reject(
      reject_write(ports_, kind_, std::move(record.original), result.error, received_));
  result.reject_id = batch_.writes.back().id;
  pass_on_part();
  return {};
}

DropZone::Batch DropZone::Admission::finish() {
  allowance_.settle();
  if (any_refused_ && batch_.atomicity == Atomicity::atomic) batch_.writes.clear();
  return std::move(batch_);
}

}  // namespace dropzone
