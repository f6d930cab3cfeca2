#pragma once

#include <filesystem>

#include <dropzone/config/option_table.h>
#include <dropzone/config/setting.h>
#include <dropzone/result.h>

namespace dropzone::config {

/// The options that a TOML file sets: `max-body = "64MiB"`, `max-records = 5000`, `compress =
/// false`, `cors-origin = ["https://a.example", "https://b.example"]`. Errors name file and line.
Result<Settings> read_config_file(const OptionTable& table, const std::filesystem::path& path);

}  // namespace dropzone::config
