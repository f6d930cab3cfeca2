#pragma once

#include <chrono>
#include <string>
#include <utility>

#include <dropzone/error.h>

namespace dropzone {

/// The moment by which a call should have answered. A repository that cannot make it returns
/// `deadline_exceeded`; before its commit has begun, nothing has been written then.
using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kNoDeadline = Deadline::max();

/// Whether it is over. Without a deadline the clock is not asked.
[[nodiscard]] inline bool is_past(Deadline deadline) noexcept {
  return deadline != kNoDeadline && std::chrono::steady_clock::now() >= deadline;
}

/// What a call fails with then.
[[nodiscard]] inline Error too_late() {
  return {ErrorCode::deadline_exceeded, "The time for the request ran out."};
}

/// What goes with a call: until when its answer is of use, and who caused it.
struct CallOptions {
  /// A deadline alone is often all there is.
  CallOptions(Deadline until = kNoDeadline, std::string trace = {})
      : deadline(until), traceparent(std::move(trace)) {}

  Deadline deadline;
  /// The request's place in a distributed trace, as W3C Trace Context writes it; empty where it has
  /// none. A repository that calls others tells them.
  std::string traceparent;
};

}  // namespace dropzone
