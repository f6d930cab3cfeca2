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

/// Removes now and then what has expired, page by page, in a thread of its own. What fails is tried
/// again the next time. Stops with its destructor, which waits for the page under way.
class Sweeper {
 public:
  /// Sweeps one page behind a place, and returns where the next one begins.
  using Sweep =
      std::function<Result<std::optional<Position>>(std::optional<Position>, const CallOptions&)>;

  /// Is told why a sweep failed, on the thread of the sweeper.
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
