#include "store/history/history_records.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include <dropzone/value/json_text.h>

#include "value/hash_text.h"

namespace dropzone {
namespace {

constexpr std::int64_t kLastNumber = 999'999'999'999;
constexpr std::size_t kNumberDigits = 12;

// A store that erases by itself may do so a day late: until then the numbers must go on.
constexpr std::chrono::hours kHeadOutlives{48};

constexpr std::string_view kPipeline = "_dropzone_history@1";

Timestamp plus(Timestamp time, std::chrono::microseconds duration) {
  return {std::min(time.micros + duration.count(), kLatestTimestamp.micros)};
}

/// For stores that count from the creation.
std::chrono::seconds seconds_until(Timestamp created_at, Timestamp expires_at) {
  const std::chrono::microseconds time(expires_at.micros - created_at.micros);
  return std::chrono::ceil<std::chrono::seconds>(time);
}

/// "next first" or "next first expiry", for reading without a library.
std::string head_text(const HistoryHead& head) {
  std::string text = std::to_string(head.next) + ' ' + std::to_string(head.first);
  if (head.expires_at) text += ' ' + std::to_string(head.expires_at->micros);
  return text;
}

std::optional<std::int64_t> take_head_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return number;
}

Write history_write(std::string id, Object data, std::optional<Timestamp> expires_at) {
  if (expires_at) data.append("expiresAt", *expires_at);
  Write write;
  write.kind = kHistoryKind;
  write.id = std::move(id);
  write.data_json = to_json(data);
  write.data = std::move(data);
  return write;
}

}  // namespace

Error no_digest_for_histories() {
  return {ErrorCode::internal, "The program has no digest, which histories of records need."};
}

std::string history_id(std::string_view kind, std::string_view id, const Digest& digest) {
  std::string text(kind);
  text += '\0';
  text += id;
  return short_text(digest.sha256(text));
}

std::string entry_prefix(std::string_view history_id) { return std::string(history_id) + '-'; }

std::string entry_id(std::string_view history_id, std::int64_t number) {
  const std::string digits = std::to_string(kLastNumber - number);
  return entry_prefix(history_id) + std::string(kNumberDigits - digits.size(), '0') + digits;
}

Result<HistoryHead> read_head(const RecordView& view) {
  std::string_view text = view.original;
  HistoryHead head{.version = view.meta->version, .created_at = view.meta->created_at};
  const auto next = take_head_number(text);
  const auto first = next ? take_head_number(text) : std::nullopt;
  if (!first) return Error{ErrorCode::store_corrupt, "The head of a history cannot be read."};
  head.next = *next;
  head.first = *first;
  if (const auto expires_at = take_head_number(text)) head.expires_at = Timestamp{*expires_at};
  return head;
}

std::optional<Timestamp> expiry_of(const Kind& kind, Timestamp created_at, Timestamp now) {
  std::optional<Timestamp> expires_at;
  if (const auto age = kind.history()->age) expires_at = plus(now, *age);
  if (const auto retention = kind.retention()) {
    const Timestamp end = plus(created_at, *retention);
    expires_at = expires_at ? std::min(*expires_at, end) : end;
  }
  return expires_at;
}

Write entry_write(const HistoryChange& change, const HistoryOriginal& before,
                  const std::string& history_id, const HistoryHead& head,
                  std::optional<Timestamp> expires_at, std::string version) {
  Write write = history_write(entry_id(history_id, head.next),
                              {{"number", head.next},
                               {"kind", std::string(change.kind)},
                               {"_id", std::string(change.id)},
                               {"version", before.meta.version},
                               {"change", change.deletes ? "deleted" : "replaced"},
                               {"changedAt", change.at},
                               {"changedBy", std::string(change.by)}},
                              expires_at);
  write.original = before.original;
  write.meta = before.meta;
  write.meta.version = std::move(version);
  write.meta.changed_elsewhere = false;
  write.if_exists = IfExists::replace;  // What an earlier history left has expired.
  write.joined = true;
  if (expires_at) write.kept_for = seconds_until(before.meta.created_at, *expires_at);
  return write;
}

Write head_write(const std::string& history_id, const HistoryHead& head, std::string version,
                 Timestamp now) {
  std::optional<Timestamp> expires_at = head.expires_at;
  if (expires_at) expires_at = plus(*expires_at, kHeadOutlives);
  Write write = history_write(history_id, {}, expires_at);
  write.original = head_text(head);
  write.meta = {.created_at = now,
                .updated_at = now,
                .version = std::move(version),
                .pipeline = std::string(kPipeline),
                .sha256 = {}};
  write.joined = true;
  if (!head.version.empty()) {
    write.if_exists = IfExists::replace;
    write.if_version = head.version;
  }
  const Timestamp created_at = head.version.empty() ? now : head.created_at;
  if (expires_at) write.kept_for = seconds_until(created_at, *expires_at);
  return write;
}

Write entry_erasure(std::string_view history_id, std::int64_t number) {
  Write write;
  write.kind = kHistoryKind;
  write.id = entry_id(history_id, number);
  write.erases = true;
  write.if_exists = IfExists::skip;
  write.joined = true;
  return write;
}

}  // namespace dropzone
