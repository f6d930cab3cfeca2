#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "child_process.h"
#include "raw_client.h"

namespace dropzone::http::testing {

/// target_server.cc, running, with these options.
class TargetProcess {
 public:
  explicit TargetProcess(const std::vector<std::string>& options = {});

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] int pid() const noexcept { return process_.pid(); }
  [[nodiscard]] ChildProcess& process() noexcept { return process_; }
  [[nodiscard]] RawClient connect(int receive_buffer = 0) {
    return RawClient(port_, receive_buffer);
  }

  /// What it has in memory now, in bytes.
  [[nodiscard]] std::size_t resident_bytes() const;
  /// How many descriptors it has open.
  [[nodiscard]] std::size_t open_descriptors() const;

 private:
  ChildProcess process_;
  std::uint16_t port_ = 0;
};

}  // namespace dropzone::http::testing
