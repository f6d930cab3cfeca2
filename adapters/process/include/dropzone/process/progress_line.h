#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include <dropzone/call/progress.h>

namespace dropzone::process {

/// Shows the progress of work: on a terminal as a bar that is redrawn, elsewhere as a
/// line from time to time, and one at the end. Not thread-safe.
class ProgressLine final : public Progress {
 public:
  /// The stream must outlive it.
  ProgressLine(std::ostream& out, bool terminal) : out_(out), terminal_(terminal) {}

  /// Standard error, which may be a terminal.
  static ProgressLine on_standard_error();

  void begin(std::string what, std::uint64_t total) override;
  void at(std::uint64_t done) override;
  void end() override;

  /// For work that reports how much of how much is done: begins at the first call, and ends when
  /// all is done. The line must outlive it.
  [[nodiscard]] std::function<void(std::int64_t done, std::int64_t total)> counting(
      std::string what);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void draw(Time now);

  std::ostream& out_;
  const bool terminal_;
  std::string what_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
  Time began_;
  Time shown_;
};

}  // namespace dropzone::process
