#include <dropzone/job/job_runner.h>

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <utility>

namespace dropzone {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLookPeriod{5};         // On a store that others share.
constexpr seconds kLonelyLookPeriod{60};  // Elsewhere new jobs are notified.
constexpr seconds kLookAgain{1};          // After a look that failed.
constexpr seconds kSilence{20};           // After it a job is thought to be nobody's.
constexpr milliseconds kSavePeriod{500};
constexpr std::chrono::hours kRemovalPeriod{1};
constexpr seconds kCallPatience{10};  // For each call of the store.
constexpr milliseconds kFirstBackoff{500};
constexpr milliseconds kLongestBackoff{8'000};  // So that a job that is saved then seems alive.

// A chunk: few enough for other writers not to wait for it, and for it to be done twice.
constexpr std::size_t kChunkRecords = 500;
constexpr std::size_t kMaxHeld = 16;
// A job that has ended so many processes before it was saved would end the next one, too.
constexpr std::int64_t kMaxAttempts = 20;
// So long after a request others are expected.
constexpr milliseconds kBusyPeriod{100};
constexpr int kRestsPerWork = 24;
// How fast the shown rate follows the present one.
constexpr double kRateSeconds = 10;

bool is_passing(ErrorCode code) {
  switch (code) {
    case ErrorCode::unavailable:
    case ErrorCode::deadline_exceeded:
    case ErrorCode::outcome_unknown:
    case ErrorCode::overloaded:
    case ErrorCode::store_full:
    case ErrorCode::store_read_only: return true;
    default: return false;
  }
}

CallOptions within_patience(const CallOptions& options, std::string principal) {
  CallOptions patient = options;
  patient.deadline = std::chrono::steady_clock::now() + kCallPatience;
  patient.principal = std::move(principal);
  return patient;
}

std::size_t chunk_records(const Job& job) {
  if (!job.max_per_second) return kChunkRecords;
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(*job.max_per_second, 1, std::int64_t{kChunkRecords}));
}

double in_seconds(std::chrono::steady_clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

JobRunner::Time JobRunner::run(const CallOptions& options) {
  if (look_soon_.exchange(false) || ports_.now() >= next_look_) look(options);
  const auto next = std::ranges::min_element(held_, {}, &Held::due);
  if (next != held_.end() && due_of(*next) <= ports_.now() && !options.is_over()) {
    Held held = std::move(*next);
    held_.erase(next);
    run_chunk(held, options);
    if (held.is_ours && held.job.is_open()) {
      held_.push_back(std::move(held));
    } else {
      next_look_ = ports_.now();
    }
  }
  note_silence();
  Time due = next_look_;
  for (const Held& held : held_) due = std::min(due, due_of(held));
  return due;
}

// ---- Which jobs there are.

void JobRunner::look(const CallOptions& options) {
  const auto jobs = ports_.jobs.open_jobs(within_patience(options, {}));
  const Time now = ports_.now();
  if (!jobs) {
    next_look_ = now + kLookAgain;
    return;
  }
  next_look_ = now + (ports_.shared_store ? kLookPeriod : kLonelyLookPeriod);
  note_open(*jobs, now);
  for (const Job& job : *jobs) {
    if (held_.size() < kMaxHeld && may_take(job, now)) take(job, options);
  }
  if (now < next_removal_) return;
  next_removal_ = now + kRemovalPeriod;
  auto removed = ports_.jobs.remove_old(within_patience(options, {}));
  if (!removed && ports_.tell) {
    ports_.tell("old jobs were not removed: " + std::move(removed).error().detail);
  }
}

/// Notes since when each job is as it is, and what there is to count.
void JobRunner::note_open(const std::vector<Job>& jobs, Time now) {
  std::map<std::string, Seen> seen;
  std::map<JobFigures::Name, std::int64_t> open;
  for (const Job& job : jobs) {
    const auto before = seen_.find(job.id);
    const bool is_same = before != seen_.end() && before->second.version == job.version;
    seen.emplace(job.id, Seen{job.version, is_same ? before->second.since : now});
    ++open[{job.type, std::string(state_name(job.state))}];
  }
  seen_ = std::move(seen);
  const MutexLock lock(mutex_);
  figures_.open = std::move(open);
}

void JobRunner::note_silence() {
  std::optional<Time> since;
  for (const auto& [id, seen] : seen_) since = std::min(since.value_or(seen.since), seen.since);
  const MutexLock lock(mutex_);
  silent_since_ = since;
}

bool JobRunner::may_take(const Job& job, Time now) {
  const bool is_held = std::ranges::find(held_, job.id, [](const Held& held) -> std::string_view {
                         return held.job.id;
                       }) != held_.end();
  if (is_held || !ports_.works.contains(job.type)) return false;
  if (job.state == JobState::waiting || !ports_.shared_store) return true;
  return now - seen_.at(job.id).since >= kSilence;
}

void JobRunner::take(Job job, const CallOptions& options) {
  const bool was_running = job.state == JobState::running;
  const auto taken = ports_.jobs.take(job, within_patience(options, job.created_by));
  if (!taken || !*taken) return;
  const Time now = ports_.now();
  seen_[job.id] = {job.version, now};
  tell(job, was_running ? "goes on here: the instance that ran it is gone or silent" : "runs here");
  held_.push_back({.job = std::move(job), .due = now, .saved = now});
}

void JobRunner::release(const CallOptions& options) {
  for (Held& held : held_) {
    held.job.state = JobState::waiting;
    const auto saved = ports_.jobs.save(held.job, options);
    if (saved && *saved) tell(held.job, "waits for another instance");
  }
  held_.clear();
}

// ---- Running them.

void JobRunner::run_chunk(Held& held, const CallOptions& options) {
  if (held.job.attempts > kMaxAttempts) {
    note_failure(held,
                 {ErrorCode::internal,
                  "The job was begun again and again, and each time the server that ran it ended."},
                 options);
    return;
  }
  const Time began = ports_.now();
  auto chunk = work_on(held.job, options);
  if (chunk) {
    note_chunk(held, *std::move(chunk), began, options);
  } else {
    note_failure(held, std::move(chunk).error(), options);
  }
}

Result<JobChunk> JobRunner::work_on(const Job& job, const CallOptions& options) noexcept {
  try {
    return ports_.works.at(job.type)->run(job, chunk_records(job),
                                          within_patience(options, job.created_by));
  } catch (const std::bad_alloc&) {
    return no_memory_left();
  } catch (const std::exception& error) {
    return Error{.code = ErrorCode::internal,
                 .detail = "The job failed because of a fault in the server; its log says more.",
                 .cause = error.what()};
  }
}

void JobRunner::note_chunk(Held& held, JobChunk chunk, Time began, const CallOptions& options) {
  Job& job = held.job;
  const std::int64_t records = std::max<std::int64_t>(chunk.progress.done - job.progress.done, 0);
  const auto passed = ports_.now() - began;
  const auto rest = rest_after(passed);
  rest_until_ = began + passed + rest;
  auto least = std::max<Time::duration>(passed + rest, chunk.pause);
  if (job.max_per_second) {
    const auto paced = std::chrono::duration<double>(static_cast<double>(records) /
                                                     static_cast<double>(*job.max_per_second));
    least = std::max(least, std::chrono::duration_cast<Time::duration>(paced));
  }
  held.due = began + least;
  held.backoff = {};
  if (records > 0) {
    const double time = std::max(in_seconds(least), 1e-6);
    const double now_per_second = static_cast<double>(records) / time;
    const double weight = job.per_second == 0 ? 1 : std::min(1.0, time / kRateSeconds);
    job.per_second += weight * (now_per_second - job.per_second);
  }
  job.progress = std::move(chunk.progress);
  {
    const MutexLock lock(mutex_);
    figures_.records[job.type] += records;
    figures_.rested += rest;
  }
  if (chunk.finished) {
    job.state = JobState::succeeded;
    job.finished_at = ports_.clock.now();
  }
  if (chunk.finished || ports_.now() - held.saved >= kSavePeriod) save(held, options);
}

/// Where cores are few, a request waits for the thread that has one, however low its priority is.
/// So that few requests meet a chunk, there are few chunks while there are requests.
JobRunner::Time::duration JobRunner::rest_after(Time::duration work) {
  if (!ports_.requests) return {};
  const Time now = ports_.now();
  if (const auto requests = ports_.requests(); std::exchange(requests_, requests) != requests) {
    last_request_ = now;
  }
  if (!last_request_ || now - *last_request_ >= kBusyPeriod) return {};
  return std::min<Time::duration>(kRestsPerWork * work, kLongestBackoff);
}

void JobRunner::note_failure(Held& held, const Error& error, const CallOptions& options) {
  if (is_passing(error.code)) {
    if (options.is_over()) return;
    if (held.backoff == milliseconds(0)) {
      tell(held.job, "cannot go on for the time being, and tries again: " + error.detail);
    }
    held.backoff = std::clamp(held.backoff * 2, kFirstBackoff, kLongestBackoff);
    held.due = ports_.now() + held.backoff;
  } else {
    held.job.state = JobState::failed;
    held.job.finished_at = ports_.clock.now();
    held.job.error = error_object(error);
    tell(held.job,
         "failed: " + error.detail + (error.cause.empty() ? "" : " (" + error.cause + ")"));
  }
  save(held, options);
}

/// Where that fails for the time being, the next save has it all. A job that has ended then begins
/// again at what was saved, on whatever instance.
void JobRunner::save(Held& held, const CallOptions& options) {
  const JobState wanted = held.job.state;
  const auto saved = ports_.jobs.save(held.job, within_patience(options, held.job.created_by));
  const Time now = ports_.now();
  if (!saved) {
    if (wanted == JobState::running) return;
    held.job.state = JobState::running;
    held.job.finished_at.reset();
    held.job.error.reset();
    held.due = now + kFirstBackoff;
    return;
  }
  held.saved = now;
  held.is_ours = *saved;
  if (*saved) {
    seen_[held.job.id] = {held.job.version, now};
  } else {
    const bool is_cancelled = held.job.state == JobState::cancelled;
    tell(held.job, is_cancelled ? "was cancelled" : "is run by another instance now");
  }
  if (held.job.is_open()) return;
  seen_.erase(held.job.id);
  const MutexLock lock(mutex_);
  ++figures_.ended[{held.job.type, std::string(state_name(held.job.state))}];
}

void JobRunner::tell(const Job& job, const std::string& what) const {
  if (ports_.tell) ports_.tell("the job " + job.id + " (" + job.type + ") " + what);
}

JobFigures JobRunner::figures() const {
  const MutexLock lock(mutex_);
  JobFigures figures = figures_;
  if (silent_since_) figures.longest_silence = ports_.now() - *silent_since_;
  return figures;
}

}  // namespace dropzone
