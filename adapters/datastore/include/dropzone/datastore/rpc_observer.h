#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace dropzone::datastore {

/// One attempt of a remote call, as seen from here.
struct RpcAttempt {
  std::string_view method;  ///< "commit", "lookup", "runQuery"…
  std::string_view status;  ///< "OK" or Google's name of the failure, such as "UNAVAILABLE".
  std::chrono::steady_clock::duration latency{};
  std::size_t request_bytes = 0;
};

/// Notified of remote calls, for metrics. Thread-safe; must be quick.
class RpcObserver {
 public:
  virtual ~RpcObserver() = default;
  virtual void attempted(const RpcAttempt& attempt) = 0;
};

}  // namespace dropzone::datastore
