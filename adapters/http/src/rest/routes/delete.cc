#include <utility>

#include <dropzone/job/deletion.h>
#include <dropzone/json/decode_ids.h>

#include "rest/deletion_answers.h"
#include "rest/parameters.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

Result<Response> remove(const RouteContext& context, const Call& call, const std::string& kind,
                        const std::vector<std::string>& ids) {
  const auto report = context.zone.remove(kind, ids, call.options);
  if (!report) return report.error();
  return deleted_named(call, kRecords, report->deleted, report->missing);
}

/// Says where in the body a fault of the filter is.
Error within_filter(Error error) {
  const bool is_filters = error.code == ErrorCode::invalid_filter ||
                          error.code == ErrorCode::unknown_member ||
                          error.code == ErrorCode::unknown_field;
  if (is_filters) error.pointer.insert(0, "/filter");
  return error;
}

Result<Response> remove_selected(const RouteContext& context, const Call& call,
                                 const std::string& kind, json::DeleteRequest body) {
  auto deletion = deletion_of(context.zone, kind, *body.filter);
  if (!deletion) return within_filter(std::move(deletion).error());
  if (body.dry_run) return preview_deletion(call, kRecords, *deletion);
  return delete_selected(context, call, kRecords, *deletion, body.max_per_second, [&] {
    return ask_for_deletion(*context.jobs, kind, *std::move(body.filter), body.max_per_second,
                            call.options);
  });
}

Result<Response> remove_of_query(const RouteContext& context, const Call& call) {
  const auto kind = kind_of(call, context.options);
  if (!kind) return kind.error();
  const auto ids = ids_of(call, "_id", context.options);
  if (!ids) return ids.error();
  return remove(context, call, *kind, *ids);
}

Result<Response> remove_of_body(const RouteContext& context, Call& call) {
  auto body =
      json::decode_delete(call.request.body, context.options.max_ids, call.options.memory.get());
  if (!body) return body.error();
  const auto kind = kind_of(call, context.options, body->kind);
  if (!kind) return kind.error();
  if (body->filter) return remove_selected(context, call, *kind, *std::move(body));
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
