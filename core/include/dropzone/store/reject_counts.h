#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/mutex.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

namespace dropzone {

/// How many rejects of a kind have this code and step.
struct RejectCount {
  std::string code;
  std::string step;  ///< Empty if no step refused them.
  std::int64_t count = 0;

  friend bool operator==(const RejectCount&, const RejectCount&) = default;
};

/// How many rejects of a kind wait.
struct WaitingRejects {
  std::int64_t all = 0;
  bool are_grouped = true;           ///< Else there are too many for the repository to group them.
  std::vector<RejectCount> by = {};  ///< Ordered by code and step, if they are grouped.
};

/// Counts the rejects that wait, and keeps the counts for as long as counting again would cost too
/// much. Thread-safe.
class RejectCounts {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// The repository must outlive it.
  explicit RejectCounts(RecordRepository& repository,
                        std::function<Time()> now = std::chrono::steady_clock::now)
      : repository_(repository), now_(std::move(now)) {}

  /// The present counts of a kind. If counting takes long, from 0.1 s on, they may be up to 20
  /// times that old; and in any case `max_age`. Failures of the repository are passed on.
  Result<WaitingRejects> of(const std::string& kind, const CallOptions& options,
                            std::chrono::milliseconds max_age = {});

  /// The counts that are known of this kind, however old; empty if it was never counted.
  [[nodiscard]] WaitingRejects known(const std::string& kind) const;

 private:
  struct Known {
    WaitingRejects rejects;
    Time counted;
    Time::duration cost{};
  };

  [[nodiscard]] bool is_fresh(const Known& known, std::chrono::milliseconds max_age) const;

  RecordRepository& repository_;
  const std::function<Time()> now_;
  mutable Mutex mutex_;
  std::map<std::string, Known, std::less<>> known_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone
