#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <dropzone/error.h>
#include <dropzone/mutex.h>

namespace dropzone::log {

/// Lets so many lines of a sort through in a second, and counts the others, so that an outage does
/// not drown the log. A sort is a route and a code; there are few of both. Thread-safe.
class FloodGate {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Sort = std::pair<std::string, std::optional<ErrorCode>>;

  explicit FloodGate(std::size_t most_in_a_second) : most_(most_in_a_second) {}

  /// Nothing if the line is to be left out; else how many were left out since the last one.
  std::optional<std::size_t> pass(const Sort& sort, Time now);

 private:
  struct Second {
    Time begin;
    std::size_t passed = 0;
    std::size_t left_out = 0;
  };

  const std::size_t most_;
  Mutex mutex_;
  std::map<Sort, Second> seconds_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::log
