#pragma once

#include <filesystem>

#include <dropzone/result.h>

#include "options/setting.h"

namespace dropzone::server {

/// The options that a TOML file sets: `max-body = "64MiB"`, `max-records = 5000`, `compress =
/// false`, `cors-origin = ["https://a.example", "https://b.example"]`. Faults name file and line.
Result<Settings> read_config_file(const std::filesystem::path& path);

}  // namespace dropzone::server
