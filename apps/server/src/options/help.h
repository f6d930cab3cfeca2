#pragma once

#include <string>

namespace dropzone::server {

/// What --help prints.
[[nodiscard]] std::string help_text();

/// All options as a Markdown table, for the manual: what --manual prints.
[[nodiscard]] std::string options_manual();

}  // namespace dropzone::server
