#pragma once

#include <mutex>

#include <dropzone/sqlite/sqlite_record_repository.h>

#include "write/commit_queue.h"

namespace dropzone::sqlite {

/// Counts groups for CommitFigures. Thread-safe.
class CommitMeter final : public CommitObserver {
 public:
  CommitMeter();
  void committed(std::size_t jobs, std::chrono::nanoseconds duration) noexcept override;
  /// Without the queue's depth.
  [[nodiscard]] CommitFigures figures() const;

 private:
  mutable std::mutex mutex_;
  CommitFigures figures_;
};

}  // namespace dropzone::sqlite
