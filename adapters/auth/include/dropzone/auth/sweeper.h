#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>

namespace dropzone::auth {

/// Removes expired items from time to time, page by page, in its own thread. A failed sweep is
/// repeated the next time. The destructor stops it, and waits for the page in progress.
class Sweeper {
 public:
  /// Sweeps one page after a position, and returns the position of the next.
  using Sweep =
      std::function<Result<std::optional<Position>>(std::optional<Position>, const CallOptions&)>;

  /// Called with the reason when a sweep fails, on the thread of the sweeper.
  using Report = std::function<void(const std::string& why)>;

  /// What the functions use must outlive it.
  Sweeper(std::vector<Sweep> sweeps, std::chrono::milliseconds period, Report report);

 private:
  void run(const std::stop_token& stop);
  void sweep_all(const Sweep& sweep, const std::stop_token& stop);

  const std::vector<Sweep> sweeps_;
  const std::chrono::milliseconds period_;
  const Report report_;
  std::jthread thread_;
};

}  // namespace dropzone::auth
