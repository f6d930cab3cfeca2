#pragma once

#include <dropzone/config/environment.h>
#include <dropzone/config/option_table.h>
#include <dropzone/config/setting.h>
#include <dropzone/result.h>

namespace dropzone::config {

/// What command line, environment and file set together: the command line wins over the
/// environment, the environment over the file that the option `config` names. PORT of the
/// environment, which is how Cloud Run and the like name the port to listen on, sets the option
/// `listen`, if nothing else does.
Result<Settings> read_settings(const OptionTable& table, Settings command_line,
                               const Environment& environment);

}  // namespace dropzone::config
