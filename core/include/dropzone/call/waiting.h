#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include <dropzone/call/call_options.h>

namespace dropzone {

/// Waits until the condition holds, and returns true; or until the call is over, and returns false.
template <typename Condition>
bool wait_until_over(std::condition_variable_any& event, std::unique_lock<std::mutex>& lock,
                     const CallOptions& call, Condition holds) {
  if (call.deadline == kNoDeadline) return event.wait(lock, call.stop, holds);
  return event.wait_until(lock, call.stop, call.deadline, holds);
}

/// Sleeps. False, at once, if it is asked to stop.
inline bool sleep_unless_stopped(std::chrono::milliseconds pause, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, pause, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace dropzone
