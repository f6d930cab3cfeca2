#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <utility>
#include <vector>

#include <dropzone/mutex.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

#include "write/commit_jobs.h"
#include "write/group_commit.h"
#include "write/prepared_write.h"
#include "write/record_writer.h"

namespace dropzone::sqlite {

/// Writes a partial batch while its caller still makes it. The transaction begins with the first
/// part, and is committed once the caller has ended the batch. Other writers wait until then. If
/// they wait because the caller is slower than the store, the job soon gives up: its transaction is
/// rolled back, and the caller takes the writes back. Thread-safe.
class StreamedJob final : public CommitJob {
 public:
  /// The writer must outlive it. `others_wait` returns whether jobs are behind this one.
  StreamedJob(RecordWriter& writer, std::function<bool()> others_wait, Deadline deadline)
      : writer_(writer), others_wait_(std::move(others_wait)), deadline_(deadline) {}

  void add(std::vector<PreparedWrite> part);
  /// Nothing more will be added.
  void end();
  /// Gives up, unless the batch was ended.
  void give_up();
  /// Gives up if it was not run yet; returns whether.
  bool withdraw();
  /// Gives up, unless the batch was ended, and frees what no thread works on.
  void abandon();

  /// Writes what was added meanwhile in the order of the b-trees.
  Result<void> run() override;
  /// It shares its transaction with none, so its size limits none.
  [[nodiscard]] std::size_t bytes() const noexcept override { return 1; }
  [[nodiscard]] Deadline deadline() const noexcept override { return deadline_; }
  [[nodiscard]] bool runs_alone() const noexcept override { return true; }
  [[nodiscard]] std::chrono::nanoseconds waited() const noexcept override { return waited_; }

  // Once the queue is done with it.
  [[nodiscard]] bool gave_up() const;
  /// In the order of the writes.
  [[nodiscard]] std::vector<WriteOutcome> take_outcomes() { return std::move(outcomes_); }
  [[nodiscard]] std::vector<Write> take_writes();

 private:
  enum class State : std::uint8_t { open, ended, given_up };

  Result<void> wait_for_part(MutexLock& lock) DROPZONE_REQUIRES(mutex_);
  void leave_open(State state);

  RecordWriter& writer_;
  const std::function<bool()> others_wait_;
  const Deadline deadline_;
  mutable Mutex mutex_;
  std::condition_variable changed_;
  State state_ DROPZONE_GUARDED_BY(mutex_) = State::open;
  bool is_run_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::vector<PreparedWrite> added_ DROPZONE_GUARDED_BY(mutex_);
  // Of the thread that runs the job; of the caller, once the queue is done with it.
  std::list<WriteJob> begun_;
  std::vector<WriteOutcome> outcomes_;
  std::chrono::nanoseconds waited_{};        ///< For the caller.
  std::chrono::nanoseconds kept_waiting_{};  ///< Of that, while others waited for this job.
};

}  // namespace dropzone::sqlite
