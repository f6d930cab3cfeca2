#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <dropzone/config/setting.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// What the process is to do.
enum class Command : std::uint8_t { serve, help, version, manual, indexes };

struct CommandLine {
  Command command = Command::serve;
  config::Settings settings;
};

/// Reads the arguments after the program's name. Values are not checked yet.
Result<CommandLine> read_command_line(std::vector<std::string> arguments);

}  // namespace dropzone::server
