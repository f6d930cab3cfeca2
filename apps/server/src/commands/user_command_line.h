#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// The arguments of the command `dropzone-server user`.
struct UserCommandLine {
  std::string action;
  std::string name;  ///< Empty if the action is "list".
  std::filesystem::path file;
  std::string roles;
  std::filesystem::path audit_log;  ///< Empty: none.
};

/// Reads the arguments after `user`. Files that are not among them are taken from the environment.
Result<UserCommandLine> read_user_command_line(std::vector<std::string> arguments,
                                               const config::Environment& environment);

}  // namespace dropzone::server
