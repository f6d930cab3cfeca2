#include "rest/job_answers.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <dropzone/value/json_text.h>

#include "rest/answers.h"

namespace dropzone::http {
namespace {

Value value_of(const std::optional<Timestamp>& time) { return time ? Value(*time) : Value(); }

/// Relative, so that it holds behind a proxy that has the API under a prefix.
std::string location_of(const Request& request, const Job& job) {
  std::string location;
  for (std::size_t level = 1; level < request.segments.size(); ++level) location += "../";
  return location + "jobs/" + job.id;
}

Value seconds_left(const Job& job) {
  if (job.state != JobState::running || !job.progress.total || job.per_second <= 0) return {};
  const auto left = std::max<std::int64_t>(*job.progress.total - job.progress.done, 0);
  return std::ceil(static_cast<double>(left) / job.per_second);
}

}  // namespace

void append_job(std::string& out, const Job& job) {
  Object progress{{"done", job.progress.done},
                  {"total", job.progress.total ? Value(*job.progress.total) : Value()}};
  for (const Member& count : job.progress.counts.members()) progress.set(count.name, count.value);
  Object object{{"jobId", job.id}, {"type", job.type}};
  if (!job.kind.empty()) object.append("kind", job.kind);
  object.append("state", state_name(job.state));
  object.append("dryRun", job.dry_run);
  object.append("createdAt", job.created_at);
  object.append("createdBy", job.created_by);
  object.append("startedAt", value_of(job.started_at));
  object.append("finishedAt", value_of(job.finished_at));
  object.append("progress", std::move(progress));
  object.append("perSecond", std::round(job.per_second));
  object.append("secondsLeft", seconds_left(job));
  object.append("report", job.progress.report);
  if (job.error) object.append("error", *job.error);
  append_json(out, object);
}

Response accepted(const Call& call, const Job& job) {
  call.effect.targets = {job.id};
  call.effect.counts = {{"jobs", 1}};
  std::string out;
  append_job(out, job);
  Response response = json_response(std::move(out), 202);
  response.headers.set("Location", location_of(call.request, job));
  return response;
}

}  // namespace dropzone::http
