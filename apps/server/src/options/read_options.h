#pragma once

#include <dropzone/config/environment.h>
#include <dropzone/config/setting.h>
#include <dropzone/result.h>

#include "options/options.h"

namespace dropzone::server {

/// The options that command line, environment and file make together: the command line wins over
/// the environment, the environment over the file that --config or DROPZONE_CONFIG names. Faults
/// name the place that set the value.
Result<Options> read_options(const config::Settings& command_line,
                             const config::Environment& environment);

}  // namespace dropzone::server
