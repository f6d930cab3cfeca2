#include <utility>

#include <dropzone/json/decode_ids.h>

#include "rest/answers.h"
#include "rest/parameters.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

Result<Response> remove(const RouteContext& context, const Call& call, const std::string& kind,
                        const std::vector<std::string>& ids) {
  const auto report = context.zone.remove(kind, ids, call.options);
  if (!report) return report.error();
  call.effect.counts = {{"deleted", report->deleted}, {"missing", report->missing.size()}};
  std::string out = "{\"deletedRecords\":" + std::to_string(report->deleted) + ",\"missing\":";
  append_json_strings(out, report->missing);
  out += '}';
  return json_response(std::move(out));
}

Result<Response> remove_of_query(const RouteContext& context, const Call& call) {
  const auto kind = kind_of(call, context.options);
  if (!kind) return kind.error();
  const auto ids = ids_of(call, "_id", context.options);
  if (!ids) return ids.error();
  return remove(context, call, *kind, *ids);
}

Result<Response> remove_of_body(const RouteContext& context, Call& call) {
  const auto body =
      json::decode_delete(call.request.body, context.options.max_ids, call.options.memory.get());
  if (!body) return body.error();
  const auto kind = kind_of(call, context.options, body->kind);
  if (!kind) return kind.error();
  return remove(context, call, *kind, body->ids);
}

}  // namespace

Route delete_route(RouteContext context) {
  return {.method = Method::delete_,
          .pattern = "/delete",
          .permission = Permission::remove,
          .execution = Execution::on_worker,
          .parameters = {"_id", "kind"},
          .answer = [context](Call& call) { return remove_of_query(context, call); }};
}

Route delete_by_body_route(RouteContext context) {
  return {.method = Method::post,
          .pattern = "/delete",
          .permission = Permission::remove,
          .execution = Execution::on_worker,
          .parameters = {"kind"},
          .answer = [context](Call& call) { return remove_of_body(context, call); },
          .body = BodyType::json,
          .check_head = [context](Call& call) { return check_query_kind(call, context.options); }};
}

}  // namespace dropzone::http
