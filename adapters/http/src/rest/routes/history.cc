#include <optional>
#include <string>
#include <utility>

#include <dropzone/json/decode_restore.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/json/record_text.h>
#include <dropzone/store/record_history.h>
#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/record_bodies.h"
#include "rest/record_page.h"
#include "rest/record_target.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

RecordHistory history_of(const RouteContext& context) {
  static const json::JsonDocumentDecoder kDecoder;
  return RecordHistory({.zone = context.zone, .documents = kDecoder});
}

/// `{"_id", "number", "change", "changedAt", "changedBy", "_original"?, "_meta"}`
void append_entry(std::string& out, const std::string& id, const HistoryEntry& entry,
                  json::OriginalForm original) {
  const std::string data = to_json(Object{{"number", entry.number},
                                          {"change", entry.change},
                                          {"changedAt", entry.changed_at},
                                          {"changedBy", entry.changed_by}});
  const RecordView view{
      .id = id, .data = data, .original = entry.original, .meta = &entry.meta, .timestamps = {}};
  json::append_record(out, view, {.original = original, .meta = true});
}

/// Originals are shown unless `original=false`.
Result<json::OriginalForm> shown_original(const Call& call) {
  if (!call.request.query_value("original")) return json::OriginalForm::json;
  DROPZONE_TRY(const RecordParts shown, record_parts(call));
  return shown.original;
}

Result<Response> list_history(const RouteContext& context, const Call& call) {
  DROPZONE_TRY(const Target target, target_of(call, context.options));
  DROPZONE_TRY(const std::size_t limit, limit_of(call, context.options));
  DROPZONE_TRY(const json::OriginalForm original, shown_original(call));
  const std::string identity = "history/" + target.kind + '/' + target.id;
  std::optional<Position> after;
  if (const auto cursor = call.request.query_value("cursor")) {
    DROPZONE_TRY(after, context.cursors.open(*cursor, identity));
  }
  PageText text("{\"history\":[", context.options.max_page_bytes, call.options);
  std::string& out = text.text();
  const std::size_t start = out.size();
  DROPZONE_TRY(const PageResult page,
               history_of(context).page(
                   target.kind, target.id, limit, context.options.max_page_bytes, after,
                   [&](const HistoryEntry& entry) {
                     if (!text.make_room(2 * entry.original.size())) return;
                     if (out.size() > start) out += ',';
                     append_entry(out, target.id, entry, original);
                   },
                   call.options));
  DROPZONE_CHECK(text.check());
  out += "],";
  DROPZONE_CHECK(append_next_cursor(out, page.next, context.cursors, identity));
  out += '}';
  return json_response(std::move(out));
}

/// As a PUT of the original would answer.
Result<Response> restore(const RouteContext& context, const Call& call) {
  DROPZONE_TRY(const Target target, target_of(call, context.options));
  // The answer shows what was there before.
  DROPZONE_CHECK(permit(call, Permission::read, target.kind));
  DROPZONE_TRY(const RecordParts shown, record_parts(call, *context.zone.kinds(), target.kind));
  MemoryAccount* const memory = call.options.memory.get();
  DROPZONE_TRY(const std::string version, json::decode_restore(call.request.body, memory));
  DROPZONE_TRY(VersionConditions conditions, conditions_of(context, target, call));
  DROPZONE_TRY(const std::string original,
               history_of(context).original_of(target.kind, target.id, version, call.options));
  DROPZONE_CHECK(call.options.charge(2 * original.size()));
  DROPZONE_TRY(IncomingRecord record,
               decode_original(original, limits_of(context.options, call.options)));
  const RoundedIntegers rounded = record.rounded;
  DROPZONE_TRY(const PutResult result, context.zone.put({.kind = target.kind,
                                                         .id = target.id,
                                                         .record = std::move(record),
                                                         .conditions = std::move(conditions)},
                                                        call.options));
  return written_response(call, target, result, shown, original, rounded);
}

}  // namespace

Route history_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/records/{id}/history",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind", "limit", "cursor", "original"},
          .answer = [context](Call& call) { return list_history(context, call); }};
}

Route restore_route(RouteContext context) {
  return {.method = Method::post,
          .pattern = "/records/{id}/restore",
          .permission = Permission::write,
          .execution = Execution::on_worker,
          .parameters = {"kind", "original", "meta", "fields"},
          .answer = [context](Call& call) { return restore(context, call); },
          .body = BodyType::json};
}

}  // namespace dropzone::http
