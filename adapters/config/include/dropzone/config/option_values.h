#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>

namespace dropzone::config {

// The types of options' values, as text and back. An error's detail is the second half of a fault:
// what is wrong and how to mend it, without the place.

/// A whole number: "10000".
struct CountRange {
  std::size_t least = 1;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};
Result<std::size_t> parse_count(std::string_view text, CountRange range);
[[nodiscard]] std::string show_count(std::size_t count);

/// A number of bytes: "32MiB", "65536".
Result<std::size_t> parse_size(std::string_view text, CountRange range);
[[nodiscard]] std::string show_size(std::size_t bytes);

/// A time with its unit: "500ms", "10s", "2m", "1h".
struct DurationRange {
  std::chrono::milliseconds least{1};
  std::chrono::milliseconds most{std::chrono::hours(24)};
};
Result<std::chrono::milliseconds> parse_duration(std::string_view text, DurationRange range);
[[nodiscard]] std::string show_duration(std::chrono::milliseconds duration);

/// "on" or "off".
Result<bool> parse_switch(std::string_view text);
[[nodiscard]] std::string show_switch(bool on);

/// The index of one of a few words.
Result<std::size_t> parse_choice(std::string_view text, const std::vector<std::string_view>& words);

/// HOST:PORT to listen on: "127.0.0.1:8080", "[::1]:0", "localhost:8080". Only the form is checked.
Result<std::string> parse_address(std::string_view text);

/// A port: 0 to 65535.
Result<std::size_t> parse_port(std::string_view text);

/// Words between commas; empty text has none.
[[nodiscard]] std::vector<std::string> parse_list(std::string_view text);

}  // namespace dropzone::config
