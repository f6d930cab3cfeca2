#include <algorithm>
#include <utility>

#include <dropzone/store/drop_zone.h>

#include "store/drop_zone/incoming.h"
#include "store/drop_zone/new_writes.h"
#include "store/drop_zone/turns.h"

namespace dropzone {
namespace {

// Whoever loses so often meets writers in other processes, or writers that do not wait for their
// turn.
constexpr int kMaxRevisions = 1'000;

Error not_found(const std::string& id) {
  return {ErrorCode::not_found, "There is no record with the _id \"" + id + "\"."};
}

Error precondition_failed(std::string detail) {
  return {ErrorCode::precondition_failed, std::move(detail)};
}

Error too_busy() {
  return {.code = ErrorCode::unavailable,
          .detail =
              "Other writers changed the record again and again before this change could be "
              "made; repeat it a little later.",
          .retry_after = 1};
}

// The pipeline would make the data from the original again.
Error changed_by_another_program(const std::string& version) {
  return {ErrorCode::changed_elsewhere,
          "Another program has changed this record in the store, and a patch of the original would "
          "undo that change. To undo it, repeat the request with If-Match: \"" +
              version + "\"; to keep it, PUT the whole record."};
}

bool asks_for_one_version(const std::optional<std::string>& if_match) {
  return if_match && *if_match != "*";
}

StoreReport report_of_one(bool created) {
  StoreReport report;
  ++(created ? report.stored : report.replaced);
  return report;
}

}  // namespace

Result<PutResult> DropZone::put(PutRequest request, const CallOptions& options) {
  const auto kind = kinds()->find(request.kind);
  if (!kind) return kind.error();
  if (!request.record.object) return std::move(request.record.object).error();

  Allowance allowance(limits_, options);
  const Received received{.at = ports_.clock.now(), .by = options.principal};
  auto admitted = admit(**kind, *std::move(request.record.object), {allowance, received});
  if (!admitted) return std::move(admitted).error();
  if (admitted->id && *admitted->id != request.id) {
    return Error{ErrorCode::id_mismatch,
                 "The body's _id is not the one in the address; leave it out or make them agree.",
                 "/_id"};
  }
  PutResult result;
  result.meta = new_meta(ports_, **kind, request.record.original, received);
  result.data = admitted->data_json;
  std::vector<Write> writes(1);
  writes[0] = {
      .kind = (*kind)->name(),
      .id = std::move(request.id),
      .original = std::move(request.record.original),
      .data = std::move(admitted->data),
      .data_json = std::move(admitted->data_json),
      .meta = result.meta,
      .if_exists = request.conditions.if_none_match_any ? IfExists::fail : IfExists::replace,
      .if_version = std::move(request.conditions.if_match),
      .kept_for = (*kind)->retention()};
  auto outcomes = writer_.write(**kind, std::move(writes), Atomicity::atomic, nullptr, options);
  if (!outcomes) return std::move(outcomes).error();

  WriteOutcome& outcome = outcomes->front();
  if (outcome.status == WriteStatus::refused) {
    if (outcome.error.code == ErrorCode::already_exists) {
      return precondition_failed("A record with this _id exists.");
    }
    return std::move(outcome.error);
  }
  result.created = outcome.status == WriteStatus::created;
  result.meta.created_at = outcome.created_at;
  result.meta.updated_at = std::max(result.meta.updated_at, outcome.created_at);
  if (ports_.observer) ports_.observer->stored((*kind)->name(), report_of_one(result.created));
  return result;
}

Result<PutResult> DropZone::revise(std::string_view kind, const std::string& id,
                                   const Revision& revision,
                                   const std::optional<std::string>& if_match,
                                   const CallOptions& options) {
  const bool conditional = asks_for_one_version(if_match);
  Turns::Turn turn;
  for (int attempt = 1;; ++attempt) {
    if (options.is_over()) return deadline_exceeded();
    std::string original;
    RecordMeta meta;
    const auto missing = fetch_many(
        kind, std::span(&id, 1), {.original = true, .meta = true, .data = false},
        [&](const RecordView& view) {
          original = view.original;
          meta = *view.meta;
        },
        options);
    if (!missing) return missing.error();
    if (!missing->empty()) return not_found(id);
    if (conditional && *if_match != meta.version) {
      return precondition_failed("The record has another version.");
    }
    if (!conditional && meta.changed_elsewhere) return changed_by_another_program(meta.version);
    auto record = revision(original);
    if (!record) return std::move(record).error();
    auto result = put({.kind = std::string(kind),
                       .id = id,
                       .record = *std::move(record),
                       .conditions = {.if_match = meta.version}},
                      options);
    const bool overtaken = !result && result.error().code == ErrorCode::precondition_failed;
    if (!overtaken || conditional) return result;
    if (attempt == kMaxRevisions) return too_busy();
    if (!turn.is_held()) {
      auto taken = turns_->take(kind, id, options);
      if (!taken) return std::move(taken).error();
      turn = *std::move(taken);
    }
  }
}

Result<void> DropZone::remove_one(std::string_view kind, const std::string& id,
                                  const std::optional<std::string>& if_match,
                                  const CallOptions& options) {
  const auto found = kinds()->find(kind);
  if (!found) return found.error();
  const Erase erase{.id = id, .if_version = if_match};
  const auto statuses = writer_.erase(**found, std::span(&erase, 1), options);
  if (!statuses) return statuses.error();
  switch (statuses->front()) {
    case EraseStatus::erased: return {};
    case EraseStatus::missing: return not_found(id);
    case EraseStatus::precondition_failed:
      return precondition_failed("The record has another version.");
  }
  return {};
}

}  // namespace dropzone
