#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/job/job.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/id_source.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// For how long a job is kept after it has ended.
inline constexpr std::chrono::hours kJobRetention{7 * 24};

/// What a new job is to be.
struct NewJob {
  std::string type;
  std::string kind;
  Permission permission = Permission::admin;
  bool dry_run = false;
  Object parameters = {};
  std::optional<std::int64_t> max_per_second = std::nullopt;
};

/// Which jobs are listed.
struct JobQuery {
  std::optional<std::string> kind = std::nullopt;
  std::optional<JobState> state = std::nullopt;
  std::size_t limit = 100;
  std::optional<Position> after = std::nullopt;
};

struct JobPage {
  std::vector<Job> jobs;         ///< The newest first.
  std::optional<Position> next;  ///< Nothing at the end.
};

/// Keeps jobs in a repository, where all instances find them: each is a record of the kind
/// kJobsKind.
///
/// Every change of a job is conditional on its version. So of several instances that want a job one
/// gets it, and one that was thought dead can save nothing more: the version is the lease.
/// Thread-safe. Failures of the repository are passed on.
class Jobs {
 public:
  struct Ports {
    RecordRepository& repository;
    Clock& clock;
    IdSource& ids;
    /// Reads JSON text.
    std::function<Result<Value>(std::string_view)> decode;
    /// Notified of each new job, on the thread that made it. May be empty.
    std::function<void()> made = nullptr;
  };

  /// What the ports refer to must outlive it.
  explicit Jobs(Ports ports) : ports_(std::move(ports)) {}

  // ---- For those who ask for jobs.

  /// Makes a job, which waits until an instance takes it. The principal is the options'.
  Result<Job> make(NewJob wanted, const CallOptions& options);

  /// `not_found`.
  Result<Job> find(const std::string& id, const CallOptions& options);

  Result<JobPage> list(const JobQuery& query, const CallOptions& options);

  /// Cancels a job: whoever runs it notices with the next save, within seconds. One that has ended
  /// stays as it is. Returns the job. `not_found`.
  Result<Job> cancel(const std::string& id, const CallOptions& options);

  // ---- For those who run them.

  /// All jobs that have not ended.
  Result<std::vector<Job>> open_jobs(const CallOptions& options);

  /// Takes a job that nobody runs. False if somebody else was faster, or it was cancelled. Else it
  /// is running, with its new version.
  Result<bool> take(Job& job, const CallOptions& options);

  /// Saves a job that the caller runs, and updates its version. False if it is no longer the
  /// caller's: another instance has taken it, or it was cancelled, which its state then says. The
  /// progress of a cancelled job is still noted with it.
  Result<bool> save(Job& job, const CallOptions& options);

  /// Removes jobs that ended more than kJobRetention ago.
  Result<void> remove_old(const CallOptions& options);

 private:
  Result<std::optional<Job>> read(const std::string& id, const CallOptions& options);
  Result<Job> decode(const RecordView& view) const;
  Result<bool> write(Job& job, IfExists if_exists, const CallOptions& options);
  Result<std::optional<Position>> for_each(const Query& query, const std::function<void(Job)>& sink,
                                           const CallOptions& options);

  Ports ports_;
};

}  // namespace dropzone
