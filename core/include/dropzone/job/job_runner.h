#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/job/job.h>
#include <dropzone/job/job_work.h>
#include <dropzone/job/jobs.h>
#include <dropzone/mutex.h>

namespace dropzone {

/// What jobs one instance sees, and what it has done of them.
struct JobFigures {
  using Name = std::pair<std::string, std::string>;  ///< Type and state.

  std::map<Name, std::int64_t> open = {};            ///< Jobs, when they were last looked at.
  std::map<Name, std::int64_t> ended = {};           ///< Jobs that ended here.
  std::map<std::string, std::int64_t> records = {};  ///< Records looked at here, by type.
  /// For how long jobs have rested here because of requests.
  std::chrono::steady_clock::duration rested{};
  /// For how long a job that has not ended has not changed, as far as is known; the longest.
  std::chrono::steady_clock::duration longest_silence{};
};

/// Runs the jobs of a repository, chunk by chunk, side by side with the runners of other instances.
///
/// A job that waits is taken at once. One that another instance runs is taken over if it has not
/// changed for 20 s by this instance's own clock, so the clocks of machines need not agree; on a
/// store that no other process shares, whoever ran it is dead, and it is taken at once.
/// Work that fails for the time being is tried again, less and less often, for as long as it takes.
///
/// While clients send requests, jobs together work a 25th of the time: after each chunk all of
/// them rest 24 times as long as it took.
///
/// run() and release() are for one thread; figures() for any.
class JobRunner {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Ports {
    Jobs& jobs;
    Clock& clock;
    /// By type. Jobs of other types are left to instances that know them.
    std::map<std::string, std::shared_ptr<JobWork>> works;
    bool shared_store = false;  ///< Other instances may run jobs of this repository.
    /// Receives what an operator should know, in a sentence.
    std::function<void(const std::string&)> tell;
    /// How many requests of clients there were so far. Empty: jobs rest for none.
    std::function<std::uint64_t()> requests = nullptr;
    std::function<Time()> now = std::chrono::steady_clock::now;
  };

  /// What the ports refer to must outlive it.
  explicit JobRunner(Ports ports) : ports_(std::move(ports)) {}

  /// Looks for jobs if it is time to, and runs a chunk of one if one is due. Returns when to call
  /// it again; earlier if there is a new job, after look_soon().
  Time run(const CallOptions& options);

  /// The next run() looks for jobs. Thread-safe.
  void look_soon() noexcept { look_soon_.store(true); }

  /// Saves what this instance runs, and lets others go on with it at once.
  void release(const CallOptions& options);

  [[nodiscard]] JobFigures figures() const;

 private:
  struct Held {
    Job job;
    Time due;                             ///< Of the next chunk.
    Time saved;                           ///< When the job was last saved.
    std::chrono::milliseconds backoff{};  ///< After a failure; zero after a success.
    bool is_ours = true;                  ///< False once another instance has taken it.
  };
  struct Seen {
    std::string version;
    Time since;
  };

  void look(const CallOptions& options);
  bool may_take(const Job& job, Time now);
  void take(Job job, const CallOptions& options);
  void run_chunk(Held& held, const CallOptions& options);
  Result<JobChunk> work_on(const Job& job, const CallOptions& options) noexcept;
  void note_chunk(Held& held, JobChunk chunk, Time began, const CallOptions& options);
  Time::duration rest_after(Time::duration work);
  [[nodiscard]] Time due_of(const Held& held) const { return std::max(held.due, rest_until_); }
  void note_failure(Held& held, const Error& error, const CallOptions& options);
  void save(Held& held, const CallOptions& options);
  void note_silence();
  void note_open(const std::vector<Job>& jobs, Time now);
  void tell(const Job& job, const std::string& what) const;

  Ports ports_;
  std::vector<Held> held_;
  std::map<std::string, Seen> seen_;  ///< Open jobs by id.
  Time next_look_{};
  Time next_removal_{};
  std::uint64_t requests_ = 0;  ///< When they were last counted.
  std::optional<Time> last_request_;
  Time rest_until_{};
  std::atomic<bool> look_soon_ = false;

  mutable Mutex mutex_;
  JobFigures figures_ DROPZONE_GUARDED_BY(mutex_);
  std::optional<Time> silent_since_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone
