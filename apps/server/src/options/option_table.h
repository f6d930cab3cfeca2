#pragma once

#include <dropzone/config/table_builder.h>

#include "options/options.h"

namespace dropzone::server {

/// All options of the server, in the order of the help.
[[nodiscard]] const config::OptionTableOf<Options>& option_table();

}  // namespace dropzone::server
