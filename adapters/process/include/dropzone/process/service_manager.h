#pragma once

#include <string_view>

namespace dropzone::process {

/// The states that a service manager expects.
inline constexpr std::string_view kServiceReady = "READY=1";
inline constexpr std::string_view kServiceStopping = "STOPPING=1";

/// Notifies the service manager that started this process, if one listens: for a unit of
/// Type=notify, systemd names its socket in the environment variable NOTIFY_SOCKET. If nobody
/// listens there, or `socket` is empty, nothing happens.
void notify_systemd(std::string_view socket, std::string_view state);

}  // namespace dropzone::process
