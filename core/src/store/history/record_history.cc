#include <dropzone/store/record_history.h>

#include <utility>
#include <vector>

#include <dropzone/text/in_quotes.h>

#include "store/history/history_records.h"

namespace dropzone {
namespace {

constexpr std::size_t kErasedAtOnce = 500;

constexpr Projection kWholeEntry{.original = true, .meta = true, .timestamps = true};

Error no_such_record(const std::string& id) {
  return {ErrorCode::not_found, "There is no record with the _id " + in_quotes(id) + '.'};
}

Error no_such_version(const std::string& version) {
  return {ErrorCode::not_found, "The record's history has no version " + in_quotes(version) + '.'};
}

std::optional<Timestamp> history_time(const Object& data, std::string_view name) {
  const Value* const value = data.find(name);
  const Timestamp* const time = value ? value->as_timestamp() : nullptr;
  return time ? std::optional(*time) : std::nullopt;
}

/// An entry as it was read.
struct StoredEntry {
  HistoryEntry entry;
  std::string kind;
  std::string id;  ///< The record's.
  std::optional<Timestamp> expires_at;

  [[nodiscard]] bool is_expired(Timestamp now) const { return expires_at && *expires_at <= now; }
};

Result<StoredEntry> read_entry(const RecordView& view, const DocumentDecoder& documents) {
  DROPZONE_TRY(const Object data, documents.decode(view.data, view.timestamps));
  const Value* const number = data.find("number");
  const auto changed_at = history_time(data, "changedAt");
  if (!number || !number->as_integer() || !changed_at) {
    return Error{ErrorCode::store_corrupt, "An entry of a history cannot be read."};
  }
  StoredEntry stored{.entry = {.number = *number->as_integer(),
                               .change = std::string(text_of(data.find("change"))),
                               .changed_at = *changed_at,
                               .changed_by = std::string(text_of(data.find("changedBy"))),
                               .original = view.original,
                               .meta = *view.meta},
                     .kind = std::string(text_of(data.find("kind"))),
                     .id = std::string(text_of(data.find("_id"))),
                     .expires_at = history_time(data, "expiresAt")};
  stored.entry.meta.version = text_of(data.find("version"));
  return stored;
}

Query entries_of(const std::string& history_id) {
  Query query{.kind = std::string(kHistoryKind), .filter = {}, .order = {}, .after = {}};
  query.filter = {
      Condition{*FieldPath::parse("_id"), Operator::starts_with, entry_prefix(history_id)}};
  return query;
}

Result<bool> has_record(RecordRepository& repository, const std::string& kind,
                        const std::string& id, const CallOptions& options) {
  bool found = false;
  DROPZONE_CHECK(repository.find(
      kind, std::span(&id, 1), {.data = false}, [&](const RecordView&) { found = true; }, options));
  return found;
}

Result<std::size_t> erase_entries(RecordRepository& repository, const std::string& history_id,
                                  const CallOptions& options) {
  Query query = entries_of(history_id);
  query.limit = kErasedAtOnce;
  std::size_t erased = 0;
  for (;;) {
    std::vector<Erase> erases;
    DROPZONE_CHECK(repository.query(
        query, {.data = false},
        [&](const RecordView& view) { erases.push_back({.id = std::string(view.id)}); }, options));
    if (erases.empty()) return erased;
    DROPZONE_CHECK(repository.erase(std::string(kHistoryKind), erases, options));
    erased += erases.size();
  }
}

}  // namespace

Result<RecordHistory::Place> RecordHistory::place_of(std::string_view kind,
                                                     const std::string& id) const {
  DROPZONE_TRY(const auto found, ports_.zone.kinds()->find(kind));
  const Digest* const digest = ports_.zone.ports().digest;
  if (!digest) return no_digest_for_histories();
  return Place{found->name(), history_id(found->name(), id, *digest)};
}

Result<PageResult> RecordHistory::page(std::string_view kind, const std::string& id,
                                       std::size_t limit, std::size_t max_bytes,
                                       const std::optional<Position>& after,
                                       const HistorySink& sink, const CallOptions& options) {
  DROPZONE_TRY(const Place place, place_of(kind, id));
  RecordRepository& repository = ports_.zone.repository();
  const Timestamp now = ports_.zone.ports().clock.now();
  Query query = entries_of(place.history_id);
  query.after = after;
  query.limit = limit;
  query.max_bytes = max_bytes;
  bool any = after.has_value();
  Result<void> read;
  DROPZONE_TRY(auto next, repository.query(
                              query, kWholeEntry,
                              [&](const RecordView& view) {
                                auto stored = read_entry(view, ports_.documents);
                                if (!stored) {
                                  read = std::move(stored).error();
                                } else if (!stored->is_expired(now)) {
                                  any = true;
                                  sink(stored->entry);
                                }
                              },
                              options));
  DROPZONE_CHECK(read);
  if (!any) {
    DROPZONE_TRY(const bool there, has_record(repository, place.kind, id, options));
    if (!there) return no_such_record(id);
  }
  return PageResult{std::move(next)};
}

Result<std::string> RecordHistory::original_of(std::string_view kind, const std::string& id,
                                               const std::string& version,
                                               const CallOptions& options) {
  DROPZONE_TRY(const Place place, place_of(kind, id));
  const Timestamp now = ports_.zone.ports().clock.now();
  Query query{.kind = std::string(kHistoryKind), .filter = {}, .order = {}, .after = {}};
  query.filter = {Condition{*FieldPath::parse("version"), Operator::equal, version}};
  Result<std::string> original = no_such_version(version);
  DROPZONE_CHECK(ports_.zone.repository().query(
      query, kWholeEntry,
      [&](const RecordView& view) {
        auto stored = read_entry(view, ports_.documents);
        if (!stored) {
          original = std::move(stored).error();
        } else if (stored->kind == place.kind && stored->id == id && !stored->is_expired(now)) {
          original = std::string(stored->entry.original);
        }
      },
      options));
  return original;
}

// Without the head, no change that has begun can add an entry any more.
Result<RecordHistory::Forgotten> RecordHistory::forget(std::string_view kind, const std::string& id,
                                                       const std::optional<std::string>& if_match,
                                                       const CallOptions& options) {
  DROPZONE_TRY(const Place place, place_of(kind, id));
  RecordRepository& repository = ports_.zone.repository();
  const Erase record{.id = id, .if_version = if_match};
  DROPZONE_TRY(const auto erased, repository.erase(place.kind, std::span(&record, 1), options));
  if (erased.front() == EraseStatus::precondition_failed) {
    return Error{ErrorCode::precondition_failed, "The record has another version."};
  }
  if (if_match && erased.front() == EraseStatus::missing) return no_such_record(id);
  Forgotten forgotten{.record = erased.front() == EraseStatus::erased};
  const Erase head{.id = place.history_id};
  DROPZONE_CHECK(repository.erase(std::string(kHistoryKind), std::span(&head, 1), options));
  DROPZONE_TRY(forgotten.entries, erase_entries(repository, place.history_id, options));
  if (!forgotten.record && forgotten.entries == 0) return no_such_record(id);
  return forgotten;
}

}  // namespace dropzone
