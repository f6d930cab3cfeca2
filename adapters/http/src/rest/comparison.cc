#include "rest/comparison.h"

#include <utility>

#include <dropzone/call/memory_meter.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/store/received_of.h>
#include <dropzone/value/difference.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/limits.h>

#include "rest/answers.h"
#include "rest/record_bodies.h"

namespace dropzone::http {
namespace {

constexpr std::size_t kMaxDifferences = 20;  // Of one record, and records with some.

/// The differences of two JSON texts that the server made itself.
std::vector<Difference> differences_of(const std::string& before, const std::string& after) {
  const auto old_value = json::decode_value(before, kMaxNesting);
  const auto new_value = json::decode_value(after, kMaxNesting);
  if (!old_value || !new_value) return {{.pointer = {}, .before = before, .after = after}};
  return find_differences(*old_value, *new_value, kMaxDifferences);
}

Result<std::optional<Position>> query_sample(const RouteContext& context, Query query, bool by_time,
                                             const RecordSink& sink, const CallOptions& options) {
  if (by_time) query.order = {{.field = *FieldPath::parse("_meta.updatedAt"), .descending = true}};
  return context.zone.repository().query(query, {.original = true, .meta = true}, sink, options);
}

}  // namespace

Result<std::vector<StoredOriginal>> sample_of(const RouteContext& context, const std::string& kind,
                                              std::size_t size, const CallOptions& options) {
  std::vector<StoredOriginal> sample;
  MemoryMeter meter(options.memory.get());
  Query query{.kind = kind, .filter = {}, .order = {}, .after = {}};
  query.limit = size;
  query.max_bytes = context.options.max_page_bytes;
  const RecordSink keep = [&](const RecordView& view) {
    if (!meter.add(view.bytes())) return;
    sample.push_back({.id = std::string(view.id),
                      .original = std::string(view.original),
                      .data = std::string(view.data),
                      .received = received_of(*view.meta)});
  };
  auto found = query_sample(context, query, true, keep, options);
  if (!found && found.error().code == ErrorCode::unsupported_query) {
    found = query_sample(context, query, false, keep, options);
  }
  if (!found) return std::move(found).error();
  if (!meter.settle()) return *meter.fault();
  return sample;
}

void Comparison::add(const Outcome& before, const Outcome& after, std::string& out) {
  found_difference_ = true;
  if (before.has_value() != after.has_value()) {
    ++(after ? accepted_ : refused_);
    out += after ? ",\"outcome\":\"accepted\"" : ",\"outcome\":\"refused\"";
    return;
  }
  const auto differences =
      before && *before != *after ? differences_of(*before, *after) : std::vector<Difference>();
  if (differences.empty()) {
    found_difference_ = false;
    ++same_;
    out += ",\"outcome\":\"same\"";
    return;
  }
  ++changed_;
  out += ",\"outcome\":\"changed\",\"differences\":";
  append_differences(out, differences);
}

void Comparison::append_counts(std::string& out) const {
  out += "\"records\":" + std::to_string(same_ + changed_ + refused_ + accepted_);
  out += ",\"same\":" + std::to_string(same_);
  out += ",\"changed\":" + std::to_string(changed_);
  out += ",\"refused\":" + std::to_string(refused_);
  out += ",\"accepted\":" + std::to_string(accepted_);
}

Result<void> append_judgement(std::string& out, const RouteContext& context, const Kind& kind,
                              std::size_t sample, const CallOptions& options) {
  DROPZONE_TRY(const auto originals, sample_of(context, kind.name(), sample, options));
  Comparison comparison;
  std::string shown;
  std::size_t count = 0;
  for (const StoredOriginal& stored : originals) {
    DROPZONE_TRY(IncomingRecord record,
                 decode_single(stored.original, limits_of(context.options, options)));
    DROPZONE_TRY(
        const TransformResult result,
        context.zone.transform(
            kind, std::move(record.object),
            {.max_bytes = context.options.max_page_bytes, .received = stored.received}, options));
    std::string line = "{\"_id\":";
    append_json_string(line, stored.id);
    comparison.add(stored.data, result.record, line);
    if (!comparison.found_difference() || count == kMaxDifferences) continue;
    if (!result.record) {
      line += ",\"error\":";
      append_error(line, result.record.error());
    }
    if (count++ > 0) shown += ',';
    shown += line + '}';
  }
  out += '{';
  comparison.append_counts(out);
  out += ",\"differences\":[" + shown + "]}";
  return {};
}

}  // namespace dropzone::http
