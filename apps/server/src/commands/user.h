#pragma once

#include <string>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// `dropzone-server user add|passwd|remove|list`: changes a users file, which a running server
/// reads anew on SIGHUP. Passwords come from the terminal or from standard input. Returns what to
/// print.
Result<std::string> run_user_command(std::vector<std::string> arguments,
                                     const config::Environment& environment);

}  // namespace dropzone::server
