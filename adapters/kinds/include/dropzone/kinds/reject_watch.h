#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/auth/sweeper.h>
#include <dropzone/call/call_options.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/mutex.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/reject_bound.h>
#include <dropzone/store/reject_counts.h>

namespace dropzone::kinds {

/// Looks after the rejects that wait, in the background: counts them for the metrics, so that a
/// scrape never waits for the store, and erases the oldest if there are too many.
class RejectWatch {
 public:
  /// All must outlive it, and it must outlive the metrics' use.
  struct Parts {
    const DropZone& zone;
    metrics::Metrics& metrics;
    log::Log& log;
    bool local_store = true;
    std::size_t most = 0;  ///< Rejects of each kind; 0: any number.
    /// How often it looks: by default, at a store that bills for reads less often.
    std::optional<std::chrono::milliseconds> period = std::nullopt;
  };
  explicit RejectWatch(const Parts& parts);

  [[nodiscard]] RejectCounts& counts() noexcept { return counts_; }

 private:
  std::optional<Position> look_at_next(std::optional<Position> after, const CallOptions& options);
  bool trim(const std::string& kind, const CallOptions& options);
  [[nodiscard]] std::vector<metrics::Metrics::Labelled> waiting() const;
  [[nodiscard]] std::vector<metrics::Metrics::Labelled> erased() const;

  const DropZone& zone_;
  log::Log& log_;
  const std::chrono::milliseconds period_;
  RejectCounts counts_;
  const std::optional<RejectBound> bound_;
  mutable Mutex mutex_;
  std::map<std::string, std::uint64_t> erased_ DROPZONE_GUARDED_BY(mutex_);  ///< By kind.
  auth::Sweeper sweeper_;  // Last: it uses the others.
};

}  // namespace dropzone::kinds
