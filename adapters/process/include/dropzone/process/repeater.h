#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace dropzone::process {

/// Does something again and again in a thread of its own, a period after it was done the last time.
/// Stops with its destructor, which waits for what is under way.
class Repeater {
 public:
  /// What the work uses must outlive it. The work must not throw.
  Repeater(std::chrono::milliseconds period, std::function<void()> work);

 private:
  std::jthread thread_;
};

}  // namespace dropzone::process
