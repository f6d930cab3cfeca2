#include <string>
#include <utility>
#include <vector>

#include <dropzone/job/jobs.h>
#include <dropzone/job/retransform.h>
#include <dropzone/json/decode_retransform.h>

#include "rest/answers.h"
#include "rest/body.h"
#include "rest/job_answers.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

/// Whether the principal may do this with the job's kind; with all kinds if it is about all.
Result<void> permit_for(const Call& call, Permission permission, const std::string& kind) {
  return kind.empty() ? permit_every_kind(call, permission) : permit(call, permission, kind);
}

/// The job that a path names. Whether there is none is for those to know who may do this with all
/// kinds.
Result<Job> named_job(const RouteContext& context, const Call& call, Permission permission) {
  auto job = context.jobs->find(call.captures[0], call.options);
  if (job) return job;
  Error error = std::move(job).error();
  if (error.code == ErrorCode::not_found) DROPZONE_CHECK(permit_every_kind(call, permission));
  return error;
}

Result<std::optional<JobState>> wanted_state(const Call& call) {
  static const std::vector<std::string_view> kStates = {"",          "waiting", "running",
                                                        "succeeded", "failed",  "cancelled"};
  DROPZONE_TRY(const std::size_t chosen, choice(call, "state", kStates));
  return state_of_name(kStates[chosen]);
}

Result<Response> list_jobs(const RouteContext& context, const Call& call) {
  JobQuery query;
  if (const auto kind = call.request.query_value("kind")) query.kind = *kind;
  DROPZONE_CHECK(permit_for(call, Permission::read, query.kind.value_or("")));
  if (query.kind) DROPZONE_CHECK(context.zone.kinds()->find(*query.kind));
  DROPZONE_TRY(query.state, wanted_state(call));
  DROPZONE_TRY(query.limit, limit_of(call, context.options));
  const std::string identity = "jobs " + query.kind.value_or("") + ' ' +
                               std::string(query.state ? state_name(*query.state) : "");
  if (const auto cursor = call.request.query_value("cursor")) {
    DROPZONE_TRY(query.after, context.cursors.open(*cursor, identity));
  }
  DROPZONE_TRY(const JobPage page, context.jobs->list(query, call.options));
  std::string out = "{\"jobs\":[";
  for (const Job& job : page.jobs) {
    if (out.back() != '[') out += ',';
    append_job(out, job);
  }
  out += "],";
  DROPZONE_CHECK(append_next_cursor(out, page.next, context.cursors, identity));
  out += '}';
  return json_response(std::move(out));
}

Result<Response> job_response(const Job& job) {
  std::string out;
  append_job(out, job);
  return json_response(std::move(out));
}

Result<Response> show_job(const RouteContext& context, const Call& call) {
  DROPZONE_TRY(const Job job, named_job(context, call, Permission::read));
  DROPZONE_CHECK(permit_for(call, Permission::read, job.kind));
  return job_response(job);
}

Result<Response> cancel_job(const RouteContext& context, const Call& call) {
  DROPZONE_TRY(const Job job, named_job(context, call, Permission::admin));
  DROPZONE_CHECK(permit_for(call, job.permission, job.kind));
  DROPZONE_TRY(const Job cancelled, context.jobs->cancel(job.id, call.options));
  call.effect.targets = {job.id};
  call.effect.counts = {{"cancelled", job.is_open() && !cancelled.is_open() ? 1 : 0}};
  return job_response(cancelled);
}

Result<Response> retransform(const RouteContext& context, const Call& call) {
  DROPZONE_CHECK(permit(call, Permission::admin, call.captures[0]));
  DROPZONE_TRY(auto body, json::decode_retransform(call.request.body, call.options.memory.get()));
  auto job = ask_for_retransform(context.zone, *context.jobs,
                                 {.kind = call.captures[0],
                                  .filter = std::move(body.filter),
                                  .dry_run = body.dry_run,
                                  .max_per_second = body.max_per_second},
                                 call.options);
  if (job) return accepted(call, *job);
  if (job.error().code == ErrorCode::invalid_filter ||
      job.error().code == ErrorCode::unknown_member ||
      job.error().code == ErrorCode::unknown_field) {
    job.error().pointer.insert(0, "/filter");
  }
  return std::move(job).error();
}

}  // namespace

Route jobs_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/jobs",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind", "state", "limit", "cursor"},
          .answer = [context](Call& call) { return list_jobs(context, call); }};
}

Route job_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/jobs/{id}",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return show_job(context, call); }};
}

Route cancel_job_route(RouteContext context) {
  return {.method = Method::delete_,
          .pattern = "/jobs/{id}",
          .permission = Permission::known,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return cancel_job(context, call); }};
}

Route retransform_route(RouteContext context) {
  return {
      .method = Method::post,
      .pattern = "/kinds/{name}/retransform",
      .permission = Permission::admin,
      .execution = Execution::on_worker,
      .parameters = {},
      .answer = [context](Call& call) { return retransform(context, call); },
      .body = BodyType::json,
      .check_head = [](Call& call) { return permit(call, Permission::admin, call.captures[0]); }};
}

}  // namespace dropzone::http
