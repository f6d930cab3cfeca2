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

#include "log/log.h"

namespace dropzone::server {

/// Removes now and then what has expired, page by page, in a thread of its own. What fails is tried
/// again the next time. Stops with its destructor, which waits for the page under way.
class Sweeper {
 public:
  /// Sweeps one page behind a place, and returns where the next one begins.
  using Sweep =
      std::function<Result<std::optional<Position>>(std::optional<Position>, const CallOptions&)>;

  /// The sweeps and the log must outlive it.
  Sweeper(std::vector<Sweep> sweeps, std::chrono::milliseconds period, Log& log);

 private:
  void run(const std::stop_token& stop);
  void sweep_all(const Sweep& sweep, const std::stop_token& stop);

  const std::vector<Sweep> sweeps_;
  const std::chrono::milliseconds period_;
  Log& log_;
  std::jthread thread_;
};

}  // namespace dropzone::server
