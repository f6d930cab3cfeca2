#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include <dropzone/call/memory_account.h>
#include <dropzone/error.h>

namespace dropzone {

/// The moment by which a call must have answered. A repository that misses it returns
/// `deadline_exceeded`; if its commit had not begun, nothing was written.
using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kNoDeadline = Deadline::max();

/// Whether it has passed. Without a deadline the clock is not read.
[[nodiscard]] inline bool is_past(Deadline deadline) noexcept {
  return deadline != kNoDeadline && std::chrono::steady_clock::now() >= deadline;
}

/// The error of a call that misses its deadline.
[[nodiscard]] inline Error deadline_exceeded() {
  return {ErrorCode::deadline_exceeded, "The time for the request ran out."};
}

/// The context of a call: its deadline, who caused it, and what memory it may
/// use.
struct CallOptions {
  /// A deadline alone is often all there is.
  CallOptions(Deadline until = kNoDeadline, std::string trace = {})
      : deadline(until), traceparent(std::move(trace)) {}

  /// Whether the answer is no longer needed: the time is up, the client has gone, or the process
  /// ends. Long work looks between steps, records, rows and comparisons, and before it waits; it
  /// then returns deadline_exceeded(). Costs a load, and a look at the clock if there is a
  /// deadline.
  [[nodiscard]] bool is_over() const noexcept { return stop.stop_requested() || is_past(deadline); }

  /// Holds so many bytes more on the request's account, if it has one.
  Result<void> charge(std::size_t bytes) const {
    return memory ? memory->charge(bytes) : Result<void>();
  }

  Deadline deadline;
  /// Whether the call may wait for a connection, a lock or a commit of others, or read for long.
  /// One that may not, and would have to, soon fails with `unavailable`, and has changed nothing:
  /// repeat it in a thread that may. Forget what its sink was shown.
  bool may_wait = true;
  /// The request's place in a distributed trace, as W3C Trace Context writes it; empty if it has
  /// none. A repository that calls others passes it on.
  std::string traceparent;
  /// Asked to stop when the client goes or the process ends. A call that waits for something else
  /// (a socket, a lock, a timer) registers a std::stop_callback that wakes it.
  std::stop_token stop;
  /// What the request holds of the process's memory. Null if nobody counts.
  std::shared_ptr<MemoryAccount> memory;
  /// The name of the principal. Empty if unknown.
  std::string principal;
};

}  // namespace dropzone
