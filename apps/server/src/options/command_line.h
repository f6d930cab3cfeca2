#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <dropzone/config/setting.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// What the process was asked to do.
enum class Command : std::uint8_t { serve, help, version, manual, indexes };

struct CommandLine {
  Command command = Command::serve;
  config::Settings settings;
};

/// Reads the arguments, the program's name not among them. Values are not looked at yet.
Result<CommandLine> read_command_line(std::vector<std::string> arguments);

}  // namespace dropzone::server
