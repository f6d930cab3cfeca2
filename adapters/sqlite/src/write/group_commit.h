#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <thread>

#include <dropzone/mutex.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

namespace dropzone::sqlite {

/// What is done within a transaction for one caller.
class CommitJob {
 public:
  virtual ~CommitJob() = default;
  /// An error fails the whole transaction. What concerns the caller alone is kept in the job.
  virtual Result<void> run() = 0;
  /// About how much it writes.
  [[nodiscard]] virtual std::size_t bytes() const noexcept = 0;
  [[nodiscard]] virtual Deadline deadline() const noexcept = 0;
  /// Whether it needs a transaction of its own, so that an error of run() fails no other job.
  [[nodiscard]] virtual bool runs_alone() const noexcept { return false; }
  /// How long run() has waited for its caller, which says nothing of the store.
  [[nodiscard]] virtual std::chrono::nanoseconds waited() const noexcept { return {}; }
};

/// The transaction that a group of jobs shares.
class CommitTarget {
 public:
  virtual ~CommitTarget() = default;
  virtual Result<void> begin() = 0;
  /// Durable when it returns. `outcome_unknown` if nobody can tell whether it is.
  virtual Result<void> commit() = 0;
  virtual void roll_back() noexcept = 0;
};

/// Notified of each group that was committed: jobs in it, and how long the transaction took without
/// waiting for a caller.
class CommitObserver {
 public:
  virtual ~CommitObserver() = default;
  virtual void committed(std::size_t jobs, std::chrono::nanoseconds duration) noexcept = 0;
};

/// Lets callers that arrive together share a transaction, and so its one wait for the disk. The
/// first of them leads: it runs the jobs of all who are waiting, in their order, then wakes them;
/// who arrives meanwhile is in the next group. A caller alone runs its job at once, in its own
/// thread. One of the queue's own threads leads for callers that do not wait, and for those whose
/// thread has a lower priority: the others would wait until it gets a processor. Thread-safe.
class GroupCommit {
 public:
  struct Limits {
    std::size_t bytes = 0;  ///< A group that has reached it takes no further job.
    std::size_t jobs = 0;
  };

  /// The queue's threads have the priority of the caller's.
  GroupCommit(CommitTarget& target, Limits limits, CommitObserver& observer);
  /// Runs what was submitted before.
  ~GroupCommit();

  /// Returns when the job is durable, or why it is not. `deadline_exceeded` if it was not begun
  /// in time: it was not run then.
  Result<void> submit(CommitJob& job);

  /// Passes what submit() would return to `done`, on any thread; what that throws is dropped. The
  /// job lives until then. If this throws, `done` is not called.
  void submit_async(std::shared_ptr<CommitJob> job, std::function<void(Result<void>)> done);

  /// Whether nobody writes or waits just now.
  [[nodiscard]] bool is_idle() const {
    const MutexLock lock(mutex_);
    return !led_;
  }

  /// Jobs that are waiting for a transaction to come.
  [[nodiscard]] std::size_t depth() const noexcept {
    return depth_.load(std::memory_order_relaxed);
  }

 private:
  enum class State : std::uint8_t { waiting, leading, done };

  struct Ticket {
    Ticket(CommitJob& wanted, bool leads) : job(wanted), may_lead(leads) {}
    Ticket(std::shared_ptr<CommitJob> wanted, std::function<void(Result<void>)> completion)
        : job(*wanted), kept_job(std::move(wanted)), done(std::move(completion)) {}
    CommitJob& job;
    const bool may_lead = false;
    Result<void> result;
    // Of a caller that does not wait.
    std::shared_ptr<CommitJob> kept_job;
    std::function<void(Result<void>)> done;
    // Of one that waits.
    Mutex mutex;
    std::condition_variable changed;
    State state = State::waiting;
  };
  // A list moves from one to the other without memory: whoever leads cannot fail before it has
  // handed the lead on.
  using Group = std::list<std::shared_ptr<Ticket>>;

  /// Whether the caller shall lead.
  bool enter(const std::shared_ptr<Ticket>& ticket);
  State wait(Ticket& ticket);
  bool withdraw(const Ticket& ticket);
  void commit_for_others();
  void lead(const Ticket* own);
  Group take_group() noexcept;
  void execute(const Group& group) noexcept;
  Result<void> run_guarded(const Group& group) noexcept;
  Result<void> run(const Group& group, bool& commits);
  void hand_on();
  static void fail(Ticket& ticket, const Error& error) noexcept;
  static void complete(Ticket& ticket) noexcept;
  static void tell(Ticket& ticket, State state);

  CommitTarget& target_;
  const Limits limits_;
  CommitObserver& observer_;
  const int niceness_;  ///< Of the queue's threads.
  mutable Mutex mutex_;
  Group waiting_ DROPZONE_GUARDED_BY(mutex_);
  bool led_ DROPZONE_GUARDED_BY(mutex_) = false;
  bool committer_wanted_ DROPZONE_GUARDED_BY(mutex_) = false;
  bool stopping_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::condition_variable committer_wakes_;
  std::atomic<std::size_t> depth_ = 0;
  // While one commits, the other notifies the callers of the group before.
  std::array<std::thread, 2> committers_;
};

}  // namespace dropzone::sqlite
