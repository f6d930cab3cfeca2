#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace dropzone::process {

/// Repeats work in its own thread, a period after the end of the last run.
/// The destructor stops it, and waits for a run in progress.
class Repeater {
 public:
  /// What the work uses must outlive it. The work must not throw.
  Repeater(std::chrono::milliseconds period, std::function<void()> work);

 private:
  std::jthread thread_;
};

}  // namespace dropzone::process
