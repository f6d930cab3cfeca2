#include <dropzone/job/jobs.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include <dropzone/kind/kind.h>
#include <dropzone/text/base57.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_text.h>

#include "job/job_text.h"
#include "store/find_one.h"

namespace dropzone {
namespace {

constexpr Projection kWholeJob{.original = true, .meta = true, .data = false};
constexpr std::size_t kPageJobs = 100;
constexpr std::size_t kPageJobBytes = std::size_t{4} << 20;
// Who loses so often meets a job that is saved in a loop.
constexpr int kMaxCancelAttempts = 100;

/// In the order of ids the newest job comes first.
std::string new_job_id(Timestamp now, IdSource& ids) {
  std::string id;
  append_base57(id, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() -
                                               std::max<std::int64_t>(now.micros, 0)));
  std::ranges::reverse(id);
  return id + ids.next().substr(id.size());
}

Condition is_equal(std::string_view field, Value value) {
  return {*FieldPath::parse(field), Operator::equal, std::move(value)};
}

Query query_of_jobs() {
  Query query{.kind = std::string(kJobsKind), .filter = {}, .order = {}, .after = {}};
  query.limit = kPageJobs;
  query.max_bytes = kPageJobBytes;
  return query;
}

Query open_ones() {
  Query query = query_of_jobs();
  query.filter = {is_equal("open", true)};
  return query;
}

Error no_such_job(const std::string& id) {
  return {ErrorCode::not_found,
          "There is no job " + in_quotes(id) + "; jobs are kept for a week after they have ended."};
}

/// What queries need to know of a job.
Object summary_of(const Job& job) {
  return {{"kind", job.kind},
          {"type", job.type},
          {"state", state_name(job.state)},
          {"open", job.is_open()}};
}

}  // namespace

// ---- In the repository.

Result<Job> Jobs::decode(const RecordView& view) const {
  DROPZONE_TRY(const Value value, ports_.decode(view.original));
  DROPZONE_TRY(Job job, job_of(value));
  job.id = view.id;
  job.version = view.meta->version;
  return job;
}

Result<std::optional<Job>> Jobs::read(const std::string& id, const CallOptions& options) {
  return find_one(
      ports_.repository, kJobsKind, id, kWholeJob,
      [this](const RecordView& view) { return decode(view); }, options);
}

/// Writes a job, if it is to be replaced on the condition of its version, and gives it the new one.
/// False if it has another version by now.
Result<bool> Jobs::write(Job& job, IfExists if_exists, const CallOptions& options) {
  const Timestamp now = ports_.clock.now();
  Object data = summary_of(job);
  std::vector<Write> writes(1);
  Write& write = writes.front();
  write.kind = kJobsKind;
  write.id = job.id;
  write.original = to_json(object_of(job));
  write.data_json = to_json(data);
  write.data = std::move(data);
  write.meta = {.created_at = job.created_at,
                .updated_at = now,
                .version = ports_.ids.next(),
                .pipeline = std::string(kJobsKind) + "@1",
                .sha256 = {}};
  write.if_exists = if_exists;
  if (if_exists == IfExists::replace) write.if_version = job.version;
  std::string version = write.meta.version;
  DROPZONE_TRY(const auto outcomes,
               ports_.repository.write(std::move(writes), Atomicity::atomic, options));
  const WriteOutcome& outcome = outcomes.front();
  if (outcome.status == WriteStatus::refused) {
    if (outcome.error.code == ErrorCode::precondition_failed) return false;
    return outcome.error;
  }
  job.version = std::move(version);
  return true;
}

Result<std::optional<Position>> Jobs::for_each(const Query& query,
                                               const std::function<void(Job)>& sink,
                                               const CallOptions& options) {
  Result<void> sound;
  DROPZONE_TRY(auto next, ports_.repository.query(
                              query, kWholeJob,
                              [&](const RecordView& view) {
                                auto job = decode(view);
                                if (job) {
                                  sink(*std::move(job));
                                } else {
                                  sound = std::move(job).error();
                                }
                              },
                              options));
  DROPZONE_CHECK(std::move(sound));
  return next;
}

// ---- For those who ask for jobs.

Result<Job> Jobs::make(NewJob wanted, const CallOptions& options) {
  Job job;
  job.created_at = ports_.clock.now();
  job.id = new_job_id(job.created_at, ports_.ids);
  job.type = std::move(wanted.type);
  job.kind = std::move(wanted.kind);
  job.permission = wanted.permission;
  job.dry_run = wanted.dry_run;
  job.parameters = std::move(wanted.parameters);
  job.max_per_second = wanted.max_per_second;
  job.created_by = options.principal;
  DROPZONE_CHECK(write(job, IfExists::fail, options));
  if (ports_.made) ports_.made();
  return job;
}

Result<Job> Jobs::find(const std::string& id, const CallOptions& options) {
  DROPZONE_TRY(auto job, read(id, options));
  if (!job) return no_such_job(id);
  return *std::move(job);
}

Result<JobPage> Jobs::list(const JobQuery& wanted, const CallOptions& options) {
  Query query = query_of_jobs();
  std::vector<Filter> conditions;
  if (wanted.kind) conditions.push_back({is_equal("kind", *wanted.kind)});
  if (wanted.state) conditions.push_back({is_equal("state", state_name(*wanted.state))});
  if (!conditions.empty()) query.filter = {Filter::And{std::move(conditions)}};
  query.limit = wanted.limit;
  query.after = wanted.after;
  JobPage page;
  DROPZONE_TRY(page.next,
               for_each(
                   query, [&](Job job) { page.jobs.push_back(std::move(job)); }, options));
  return page;
}

Result<Job> Jobs::cancel(const std::string& id, const CallOptions& options) {
  for (int attempt = 0; attempt < kMaxCancelAttempts; ++attempt) {
    DROPZONE_TRY(Job job, find(id, options));
    if (!job.is_open()) return job;
    job.state = JobState::cancelled;
    job.finished_at = ports_.clock.now();
    DROPZONE_TRY(const bool written, write(job, IfExists::replace, options));
    if (written) return job;
  }
  return Error{.code = ErrorCode::unavailable,
               .detail =
                   "The job changed again and again before it could be cancelled; repeat "
                   "the request.",
               .retry_after = 1};
}

// ---- For those who run them.

Result<std::vector<Job>> Jobs::open_jobs(const CallOptions& options) {
  std::vector<Job> jobs;
  Query query = open_ones();
  do {
    DROPZONE_TRY(query.after,
                 for_each(
                     query, [&](Job job) { jobs.push_back(std::move(job)); }, options));
  } while (query.after);
  return jobs;
}

Result<bool> Jobs::take(Job& job, const CallOptions& options) {
  job.state = JobState::running;
  if (!job.started_at) job.started_at = ports_.clock.now();
  ++job.attempts;
  return write(job, IfExists::replace, options);
}

Result<bool> Jobs::save(Job& job, const CallOptions& options) {
  job.attempts = 0;
  for (;;) {
    DROPZONE_TRY(const bool written, write(job, IfExists::replace, options));
    if (written) return job.state != JobState::cancelled;
    DROPZONE_TRY(auto present, read(job.id, options));
    if (!present || present->state != JobState::cancelled) return false;
    // Whoever cancelled it did not know how far it was.
    const bool knows_more = present->progress.done < job.progress.done;
    job.state = JobState::cancelled;
    job.finished_at = present->finished_at;
    job.error = present->error;
    job.version = present->version;
    if (!knows_more) return false;
  }
}

Result<void> Jobs::remove_old(const CallOptions& options) {
  const std::chrono::microseconds kept = kJobRetention;
  const Timestamp last{ports_.clock.now().micros - kept.count()};
  Query query = query_of_jobs();
  query.filter = {is_equal("open", false)};
  do {
    std::vector<Erase> erases;
    DROPZONE_TRY(query.after, for_each(
                                  query,
                                  [&](const Job& job) {
                                    if (job.finished_at.value_or(job.created_at) > last) return;
                                    erases.push_back({job.id, job.version});
                                  },
                                  options));
    if (erases.empty()) continue;
    DROPZONE_CHECK(ports_.repository.erase(std::string(kJobsKind), erases, options));
  } while (query.after);
  return {};
}

}  // namespace dropzone
