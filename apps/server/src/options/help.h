#pragma once

#include <string>

namespace dropzone::server {

/// What --help prints.
[[nodiscard]] std::string help_text();

}  // namespace dropzone::server
