#include <utility>

#include <dropzone/json/decode_ids.h>
#include <dropzone/kind/query_checks.h>

#include "rest/answers.h"
#include "rest/parameters.h"
#include "rest/record_page.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

Error too_large(std::size_t max_bytes) {
  return {ErrorCode::too_many_ids, "The records of these ids have more than " +
                                       std::to_string(max_bytes) +
                                       " bytes together; ask for fewer at a time."};
}

Result<Response> fetch_many(const RouteContext& context, const std::string& kind,
                            const std::vector<std::string>& ids, const RecordParts& shown,
                            const CallOptions& options) {
  const std::size_t max_bytes = context.options.max_page_bytes;
  PageText text("{\"records\":", max_bytes, options);
  RecordArray records(text, shown);
  std::size_t bytes = 0;
  bool full = false;
  const auto missing = context.zone.fetch_many(
      kind, ids, projection_of(shown),
      [&](const RecordView& view) {
        full = full || bytes >= max_bytes;
        if (full) return;
        bytes += view.bytes();
        records.append(view);
      },
      options);
  if (!missing) return missing.error();
  if (full) return too_large(max_bytes);
  if (auto complete = records.close(); !complete) return std::move(complete).error();
  std::string& out = text.text();
  out += ",\"missing\":";
  append_json_strings(out, *missing);
  Warnings warnings;
  records.warn(warnings, {});
  warnings.append_to(out);
  out += '}';
  return json_response(std::move(out));
}

Result<Response> fetch_many_of_query(const RouteContext& context, const Call& call) {
  const auto kind = kind_of(call, context.options);
  if (!kind) return kind.error();
  const auto ids = ids_of(call, "_id", context.options);
  if (!ids) return ids.error();
  const auto shown = record_parts(call, *context.zone.kinds(), *kind);
  if (!shown) return shown.error();
  return fetch_many(context, *kind, *ids, *shown, call.options);
}

Result<Response> fetch_many_of_body(const RouteContext& context, Call& call) {
  auto body = json::decode_fetch_many(call.request.body, context.options.max_ids,
                                      call.options.memory.get());
  if (!body) return std::move(body).error();
  const auto kind = kind_of(call, context.options, body->kind);
  if (!kind) return kind.error();
  const auto known = context.zone.kinds()->find(*kind);
  if (!known) return known.error();
  if (auto there = check_shown(body->fields, **known, "/fields"); !there) {
    return std::move(there).error();
  }
  const RecordParts shown{body->original, body->meta, std::move(body->fields)};
  return fetch_many(context, *kind, body->ids, shown, call.options);
}

}  // namespace

Route fetch_many_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/fetchMany",
          .permission = Permission::read,
          .execution = Execution::short_read,
          .parameters = {"_id", "kind", "original", "meta", "fields"},
          .answer = [context](Call& call) { return fetch_many_of_query(context, call); }};
}

Route fetch_many_by_body_route(RouteContext context) {
  return {.method = Method::post,
          .pattern = "/fetchMany",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind"},
          .answer = [context](Call& call) { return fetch_many_of_body(context, call); },
          .body = BodyType::json,
          .check_head = [context](Call& call) { return check_query_kind(call, context.options); }};
}

}  // namespace dropzone::http
