#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace dropzone::http::testing {

/// A program that is started for a test and ends with it.
class ChildProcess {
 public:
  /// Starts it with these arguments, its standard output readable here.
  ChildProcess(const std::string& program, const std::vector<std::string>& arguments);
  /// Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// The next line of its output; empty at its end.
  std::string read_line();
  /// False once it has ended, by itself or by a signal.
  [[nodiscard]] bool is_running();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  bool ended_ = false;
};

}  // namespace dropzone::http::testing
