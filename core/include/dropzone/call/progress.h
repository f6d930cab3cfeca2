#pragma once

#include <cstdint>
#include <string>

namespace dropzone {

/// Shows how far long work is. Called by the thread that does the work.
class Progress {
 public:
  virtual ~Progress() = default;
  /// Begins something that is done when `total` has been reached: "copying records".
  virtual void begin(std::string what, std::uint64_t total) = 0;
  virtual void at(std::uint64_t done) = 0;
  /// What was begun has ended.
  virtual void end() = 0;
};

}  // namespace dropzone
