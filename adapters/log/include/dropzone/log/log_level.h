#pragma once

#include <cstdint>

namespace dropzone::log {

/// How severe a line of the log is, the least severe first.
enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// Automatic: text on a terminal, else JSON.
enum class LogFormat : std::uint8_t { automatic, text, json };

}  // namespace dropzone::log
