#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <dropzone/log/log.h>

namespace dropzone::server {

/// Ends the process where its orderly end takes too long: work that looks at no clock must not keep
/// it from stopping. What the stores have confirmed is safe, as it is when the power goes.
class StopLimit {
 public:
  /// The log must outlive it.
  explicit StopLimit(log::Log& log) : log_(log) {}
  ~StopLimit();
  StopLimit(const StopLimit&) = delete;
  StopLimit& operator=(const StopLimit&) = delete;

  /// The process ends after this time, with status 0, where this object is still there. Once.
  void begin(std::chrono::milliseconds time);

 private:
  void run(std::chrono::steady_clock::time_point end);

  log::Log& log_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool in_time_ = false;
  std::thread thread_;
};

}  // namespace dropzone::server
