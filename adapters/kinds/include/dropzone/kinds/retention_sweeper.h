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
#include <dropzone/store/clock.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/store/retention.h>

namespace dropzone::kinds {

/// Erases records and rejects after their retention, in the background. For a
/// store that does not do so by itself.
class RetentionSweeper {
 public:
  struct Parts {
    RecordRepository& repository;
    Clock& clock;
    const DropZone& zone;
    std::optional<std::chrono::seconds> reject_retention;  ///< Nothing: for ever.
    std::chrono::milliseconds period{60'000};
    std::function<void(const std::string& why)> report = nullptr;  ///< As a Sweeper's.
  };

  /// All must outlive it.
  explicit RetentionSweeper(const Parts& parts);

  /// Records that it has erased since the start.
  [[nodiscard]] std::uint64_t erased() const noexcept { return erased_.load(); }

 private:
  std::atomic<std::uint64_t> erased_ = 0;
  Retention retention_;
  auth::Sweeper sweeper_;  // Last: it uses the others.
};

/// Begins to erase. What fails is logged, and how many were erased is counted. Null if the store is
/// not a local one: those of others erase by themselves. All must outlive it.
std::unique_ptr<RetentionSweeper> start_retention(RetentionSweeper::Parts parts, bool local_store,
                                                  metrics::Metrics& metrics, log::Log& log);

/// Adds how many records were erased to the metrics, in whose use both must stay.
void add_retention_stats(metrics::Metrics& metrics, const RetentionSweeper& sweeper);

}  // namespace dropzone::kinds
