#include "write/commit_meter.h"

#include <algorithm>

namespace dropzone::sqlite {
namespace {

constexpr double kSmallestGroup = 1;
constexpr double kShortestCommit = 0.000'25;

// Each bound is twice the one before it.
template <std::size_t Bounds>
void set_bounds(Histogram<Bounds>& histogram, double first) {
  for (double& bound : histogram.bounds) {
    bound = first;
    first *= 2;
  }
}

template <std::size_t Bounds>
void observe(Histogram<Bounds>& histogram, double value) {
  const auto bound = std::ranges::lower_bound(histogram.bounds, value);
  if (bound != histogram.bounds.end()) {
    ++histogram.counts[static_cast<std::size_t>(bound - histogram.bounds.begin())];
  }
  ++histogram.count;
  histogram.sum += value;
}

}  // namespace

CommitMeter::CommitMeter() {
  set_bounds(stats_.group_sizes, kSmallestGroup);
  set_bounds(stats_.commit_seconds, kShortestCommit);
}

void CommitMeter::committed(std::size_t jobs, std::chrono::nanoseconds duration) noexcept {
  const MutexLock lock(mutex_);
  observe(stats_.group_sizes, static_cast<double>(jobs));
  observe(stats_.commit_seconds, std::chrono::duration<double>(duration).count());
}

CommitStats CommitMeter::stats() const {
  const MutexLock lock(mutex_);
  return stats_;
}

}  // namespace dropzone::sqlite
