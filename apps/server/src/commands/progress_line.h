#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

namespace dropzone::server {

/// Shows how far something is: on a terminal as a bar that is drawn over and over, elsewhere as a
/// line now and then, and one at its end. Not thread-safe.
class ProgressLine {
 public:
  /// The stream must outlive it.
  ProgressLine(std::ostream& out, bool terminal) : out_(out), terminal_(terminal) {}

  /// Standard error, which may be a terminal.
  static ProgressLine on_standard_error();

  /// Begins something that is done when `total` has been reached: "copying records".
  void begin(std::string what, std::uint64_t total);
  void at(std::uint64_t done);
  /// What was begun has ended where it is.
  void end();

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

}  // namespace dropzone::server
