#pragma once

#include <mutex>

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
  mutable std::mutex mutex_;
  CommitStats stats_;
};

}  // namespace dropzone::sqlite
