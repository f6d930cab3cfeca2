#pragma once

#include <chrono>
#include <optional>

#include <dropzone/auth/sweeper.h>
#include <dropzone/call/call_options.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/query/query.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/reject_counts.h>

namespace dropzone::kinds {

/// Counts the rejects that wait, of all kinds, again and again in the background, and shows the
/// counts in the metrics: so a scrape never waits for the store.
class RejectWatch {
 public:
  /// All must outlive it, and it must outlive the metrics' use.
  RejectWatch(const DropZone& zone, std::chrono::milliseconds period, metrics::Metrics& metrics);

  [[nodiscard]] RejectCounts& counts() noexcept { return counts_; }

 private:
  std::optional<Position> count_next(const std::optional<Position>& after,
                                     const CallOptions& options);

  const DropZone& zone_;
  const std::chrono::milliseconds period_;
  RejectCounts counts_;
  auth::Sweeper sweeper_;  // Last: it uses the others.
};

/// How often a store is asked: one that bills for reads less often than a local one.
[[nodiscard]] constexpr std::chrono::seconds reject_watch_period(bool local_store) noexcept {
  return std::chrono::seconds(local_store ? 10 : 60);
}

}  // namespace dropzone::kinds
