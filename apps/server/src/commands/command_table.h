#pragma once

#include <span>
#include <string>
#include <string_view>

#include <dropzone/error.h>

namespace dropzone::server {

/// A command of the program, `dropzone-server NAME …`, as the help and faults show it.
struct CommandSpec {
  std::string_view name;
  std::string_view arguments;
  std::string_view help;  ///< One sentence.
};

/// All commands, by name.
[[nodiscard]] std::span<const CommandSpec> command_table();

/// A fault in the arguments of a command, with the way to its help.
[[nodiscard]] Error command_fault(std::string_view command, std::string_view what);

/// Says that the command does not exist, and which one was probably meant, or which exist.
[[nodiscard]] std::string no_such_command(std::string_view name);

}  // namespace dropzone::server
