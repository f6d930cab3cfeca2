#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <dropzone/auth/sweeper.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/retention.h>

namespace dropzone::kinds {

/// Erases records and rejects after their retention, in the background. For a
/// store that does not do so by itself.
class RetentionSweeper {
 public:
  /// The zone must outlive it. Failures are reported as a Sweeper does.
  explicit RetentionSweeper(const DropZone& zone, std::chrono::milliseconds period,
                            std::function<void(const std::string& why)> report);

  /// Records that it has erased since the start.
  [[nodiscard]] std::uint64_t erased() const noexcept { return erased_.load(); }

 private:
  std::atomic<std::uint64_t> erased_ = 0;
  Retention retention_;
  auth::Sweeper sweeper_;  // Last: it uses the others.
};

/// What --reject-retention says: nothing for 0.
[[nodiscard]] std::optional<std::chrono::seconds> kept_for(std::chrono::milliseconds time) noexcept;

/// Begins to erase. What fails is logged, and how many were erased is counted. Null if the store is
/// not a local one: those of others erase by themselves. All must outlive it.
std::unique_ptr<RetentionSweeper> start_retention(const DropZone& zone, bool local_store,
                                                  metrics::Metrics& metrics, log::Log& log);

/// Adds how many records were erased to the metrics, in whose use both must stay.
void add_retention_stats(metrics::Metrics& metrics, const RetentionSweeper& sweeper);

}  // namespace dropzone::kinds
