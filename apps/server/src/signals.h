#pragma once

#include <chrono>
#include <cstdint>

namespace dropzone::server {

/// SIGTERM, SIGINT and SIGHUP as something to wait for. To be made before any thread, so that all
/// threads leave the signals to it. SIGPIPE is ignored: a client that goes away is no reason to
/// end.
class Signals {
 public:
  Signals();

  enum class Action : std::uint8_t { stop, reload };

  /// Waits for one of them: SIGHUP is the wish to read files anew, the others to stop.
  Action wait();

  /// Waits for a wish to stop, for so long at most. What is to be reloaded no longer matters then.
  void wait_for_stop(std::chrono::milliseconds time);
};

}  // namespace dropzone::server
