#pragma once

#include <chrono>

namespace dropzone::server {

/// SIGTERM and SIGINT as something to wait for. To be made before any thread, so that all threads
/// leave the signals to it. SIGPIPE is ignored: a client that goes away is no reason to end.
class StopSignals {
 public:
  StopSignals();

  /// Waits for one of them.
  void wait();

  /// Waits for one of them, for so long at most.
  void wait_for(std::chrono::milliseconds time);
};

}  // namespace dropzone::server
