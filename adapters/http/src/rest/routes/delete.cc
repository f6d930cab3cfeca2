#include <utility>

#include <dropzone/job/deletion.h>
#include <dropzone/json/decode_ids.h>

#include "rest/answers.h"
#include "rest/job_answers.h"
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

/// Says where in the body a fault of the filter is.
Error within_filter(Error error) {
  const bool is_filters = error.code == ErrorCode::invalid_filter ||
                          error.code == ErrorCode::unknown_member ||
                          error.code == ErrorCode::unknown_field;
  if (is_filters) error.pointer.insert(0, "/filter");
  return error;
}

Result<Response> preview(const Call& call, const FilterDeletion& deletion) {
  DROPZONE_TRY(const auto preview, deletion.preview(call.options));
  call.effect.counts = {{"selected", static_cast<std::size_t>(preview.selected)}};
  std::string out =
      "{\"dryRun\":true,\"selectedRecords\":" + std::to_string(preview.selected) + ",\"_id\":";
  append_json_strings(out, preview.first_ids);
  out += '}';
  return json_response(std::move(out));
}

Error too_many_selected() {
  return {ErrorCode::too_many_records,
          "The filter selects more than " + std::to_string(FilterDeletion::kMostAtOnce) +
              " records, and this server has no jobs. Delete them in parts."};
}

/// Few records are deleted at once; for many, or at a certain rate, there is a job.
Result<Response> remove_selected(const RouteContext& context, const Call& call,
                                 const std::string& kind, json::DeleteRequest body) {
  auto deletion = deletion_of(context.zone, kind, *body.filter);
  if (!deletion) return within_filter(std::move(deletion).error());
  if (body.dry_run) return preview(call, *deletion);
  const auto rate = body.max_per_second;
  DROPZONE_TRY(const auto selection,
               deletion->select(std::nullopt, FilterDeletion::kMostAtOnce, call.options));
  if (selection.next && !context.jobs) return too_many_selected();
  if (context.jobs && (selection.next || rate)) {
    DROPZONE_TRY(const Job job, ask_for_deletion(*context.jobs, kind, *std::move(body.filter), rate,
                                                 call.options));
    return accepted(call, job);
  }
  DROPZONE_TRY(const std::size_t deleted, deletion->erase(selection, call.options));
  call.effect.counts = {{"deleted", deleted}};
  return json_response("{\"deletedRecords\":" + std::to_string(deleted) + '}');
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
