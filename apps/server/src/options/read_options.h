#pragma once

#include <dropzone/result.h>

#include "options/environment.h"
#include "options/options.h"
#include "options/setting.h"

namespace dropzone::server {

/// The options that command line, environment and file make together: the command line wins over
/// the environment, the environment over the file that --config or DROPZONE_CONFIG names. Faults
/// name the place that set the value.
Result<Options> read_options(const Settings& command_line, const Environment& environment);

}  // namespace dropzone::server
