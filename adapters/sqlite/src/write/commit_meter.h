#pragma once

#include <dropzone/mutex.h>
#include <dropzone/sqlite/sqlite_record_repository.h>

#include "write/group_commit.h"

namespace dropzone::sqlite {

/// Counts groups for CommitStats. Thread-safe.
class CommitMeter final : public CommitObserver {
 public:
  CommitMeter();
  void committed(std::size_t jobs, std::chrono::nanoseconds duration) noexcept override;
  /// Without the queue's depth.
  [[nodiscard]] CommitStats stats() const;

 private:
  mutable Mutex mutex_;
  CommitStats stats_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::sqlite
