#pragma once

#include <string>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// `dropzone-server backup FILE [OPTION VALUE]...`: copies the SQLite file that the options name,
/// while a server uses it. Shows its progress on a terminal. Returns what to print.
Result<std::string> run_backup_command(std::vector<std::string> arguments,
                                       const config::Environment& environment);

}  // namespace dropzone::server
