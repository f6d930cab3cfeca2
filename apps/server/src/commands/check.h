#pragma once

#include <string>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// `dropzone-server check [OPTION VALUE]...`: looks at the options and at all kind files as a start
/// would, without a store and without a port. Returns what to print. The error has a line for each
/// fault.
Result<std::string> run_check_command(std::vector<std::string> arguments,
                                      const config::Environment& environment);

}  // namespace dropzone::server
