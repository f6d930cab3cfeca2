#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <dropzone/config/option_table.h>
#include <dropzone/config/setting.h>
#include <dropzone/result.h>

namespace dropzone::config {

/// Environment variables by name.
using Environment = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] Environment process_environment();

/// The value of a variable; empty if it is not set.
[[nodiscard]] std::string_view value_of(const Environment& environment, std::string_view name);

/// The options that DROPZONE_… variables set; a variable that is empty sets nothing. One that is
/// not an option and nearly spelled as one is an error; others belong to other programs (Kubernetes
/// sets DROPZONE_PORT and more for a service named dropzone).
Result<Settings> environment_settings(const OptionTable& table, const Environment& environment);

}  // namespace dropzone::config
