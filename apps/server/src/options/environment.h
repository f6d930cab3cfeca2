#pragma once

#include <map>
#include <string>

#include <dropzone/result.h>

#include "options/setting.h"

namespace dropzone::server {

/// Environment variables by name.
using Environment = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] Environment process_environment();

/// The value of a variable; empty where it is not set.
[[nodiscard]] std::string_view value_of(const Environment& environment, std::string_view name);

/// The options that DROPZONE_… variables set; a variable that is empty sets nothing. One that is no
/// option and nearly spelled as one is a fault; others are somebody else's (Kubernetes sets
/// DROPZONE_PORT and more for a service named dropzone).
Result<Settings> environment_settings(const Environment& environment);

}  // namespace dropzone::server
