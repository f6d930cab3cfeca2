#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <thread>
#include <utility>

#include <dropzone/mutex.h>

namespace dropzone::process {

/// Ends the process if its orderly end takes too long: work without a deadline must not keep
/// it from stopping. What the stores have confirmed is safe, as after a power cut.
class StopLimit {
 public:
  /// `last_words` is called before the process ends so, in a thread that ends with it.
  explicit StopLimit(std::function<void()> last_words) : last_words_(std::move(last_words)) {}
  ~StopLimit();
  StopLimit(const StopLimit&) = delete;
  StopLimit& operator=(const StopLimit&) = delete;

  /// The process ends after this time, with status 0, if this object still exists. Once.
  void begin(std::chrono::milliseconds time);

 private:
  void run(std::chrono::steady_clock::time_point end);

  const std::function<void()> last_words_;
  Mutex mutex_;
  std::condition_variable stopped_;
  bool in_time_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dropzone::process
