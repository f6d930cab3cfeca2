#pragma once

#include <chrono>
#include <cstdint>

namespace dropzone::process {

/// SIGTERM, SIGINT and SIGHUP as something to wait for. To be made before any thread, so that all
/// threads leave the signals to it. SIGPIPE is ignored: a client that disconnects must not
/// end the process.
class Signals {
 public:
  Signals();

  enum class Action : std::uint8_t { stop, reload };

  /// Waits for one of them: SIGHUP asks for files to be read again, the others for a stop.
  Action wait();

  /// Waits for a request to stop, for so long at most. SIGHUP no longer matters then.
  void wait_for_stop(std::chrono::milliseconds time);
};

}  // namespace dropzone::process
