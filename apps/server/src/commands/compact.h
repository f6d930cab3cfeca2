#pragma once

#include <string>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// `dropzone-server compact [OPTION VALUE]...`: writes the SQLite file that the options name, which
/// no server may use, again without what was deleted. Shows its progress on a terminal. Returns
/// what to print.
Result<std::string> run_compact_command(std::vector<std::string> arguments,
                                        const config::Environment& environment);

}  // namespace dropzone::server
