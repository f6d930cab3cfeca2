#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <thread>

#include <dropzone/mutex.h>

#include "db/checkpointer.h"
#include "db/connection.h"
#include "write/commit_meter.h"
#include "write/group_commit.h"

namespace dropzone::sqlite {

/// After records were deleted or replaced: lets nothing of them stay in the log, and gives the
/// file's free pages back, in a thread of its own.
///
/// At once, the log is to be cut when it begins again. Once nobody has committed for a while, free
/// pages are given back piece by piece, the log is moved into the file, and begun again. A long
/// read that keeps the log from being moved delays that. What fails is tried again later.
class SpaceKeeper {
 public:
  struct Settings {
    std::chrono::milliseconds idle{2'000};    ///< Without a commit.
    std::chrono::milliseconds retry{10'000};  ///< After a failure, or a reader that was in the way.
    std::int64_t log_limit = 0;               ///< To which the log is cut otherwise, in bytes.
  };

  /// All must outlive it. The queue's target commits on the writer.
  SpaceKeeper(GroupCommit& queue, Connection& writer, Checkpointer& checkpointer,
              const CommitMeter& meter, Settings settings);
  ~SpaceKeeper() { stop(); }
  SpaceKeeper(const SpaceKeeper&) = delete;
  SpaceKeeper& operator=(const SpaceKeeper&) = delete;

  /// Something was deleted or replaced. From any thread.
  void freed() noexcept;
  /// The queue and the others are used no longer when it returns. Only freed() may be called then.
  void stop();

 private:
  enum class Outcome : std::uint8_t { done, interrupted, failed };

  void run();
  /// Lets go of the lock while it works.
  bool wait_until_idle(MutexLock& lock) DROPZONE_REQUIRES(mutex_);
  Outcome keep();
  Outcome give_back();
  Outcome cut_log();
  Result<void> commit(const std::function<Result<void>()>& work);
  [[nodiscard]] std::uint64_t commits() const;

  GroupCommit& queue_;
  Connection& writer_;
  Checkpointer& checkpointer_;
  const CommitMeter& meter_;
  const Settings settings_;

  Mutex mutex_;  ///< For what follows.
  std::condition_variable changed_;
  bool freed_ DROPZONE_GUARDED_BY(mutex_) = false;
  bool stop_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::uint64_t own_commits_ = 0;  ///< The thread's alone.
  std::thread thread_;             ///< Last: it uses all the others.
};

}  // namespace dropzone::sqlite
