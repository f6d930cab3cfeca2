#pragma once

#include <string_view>

#include <dropzone/config/environment.h>

namespace dropzone::server {

/// What a service manager wants to hear.
inline constexpr std::string_view kServiceReady = "READY=1";
inline constexpr std::string_view kServiceStopping = "STOPPING=1";

/// Tells the service manager that started this process, where there is one that listens: systemd,
/// for a unit of Type=notify, names its socket in NOTIFY_SOCKET. Nobody listening is no fault.
void notify_systemd(const config::Environment& environment, std::string_view state);

}  // namespace dropzone::server
