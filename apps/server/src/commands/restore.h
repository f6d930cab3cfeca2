#pragma once

#include <string>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// `dropzone-server restore FILE [OPTION VALUE]...`: puts a copy of a backup in the place of the
/// SQLite file that the options name, which no server may use, and keeps that file beside it. Shows
/// its progress on a terminal. Returns what to print.
Result<std::string> run_restore_command(std::vector<std::string> arguments,
                                        const config::Environment& environment);

}  // namespace dropzone::server
