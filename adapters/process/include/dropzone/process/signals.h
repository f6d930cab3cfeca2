#pragma once

#include <chrono>
#include <cstdint>

namespace dropzone::process {

/// Waits for SIGTERM, SIGINT and SIGHUP. Create it before any thread, so that all
/// threads leave the signals to it. SIGPIPE is ignored: a client that disconnects must not
/// end the process.
class Signals {
 public:
  Signals();

  enum class Action : std::uint8_t { stop, reload };

  /// Waits for one of them: SIGHUP asks for files to be read again, the others for a stop.
  Action wait();

  /// Waits for a request to stop, for at most this time. SIGHUP no longer matters then.
  void wait_for_stop(std::chrono::milliseconds time);
};

}  // namespace dropzone::process
