#pragma once

#include <cstdint>
#include <string>

namespace dropzone {

/// Shows the progress of long work. Called by the thread that does the work.
class Progress {
 public:
  virtual ~Progress() = default;
  /// Begins work such as "copying records", which is done at `total`.
  virtual void begin(std::string what, std::uint64_t total) = 0;
  virtual void at(std::uint64_t done) = 0;
  /// The work has ended.
  virtual void end() = 0;
};

}  // namespace dropzone
