#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dropzone {

inline constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Appends bytes as hexadecimal digits in lower case, two each.
inline void append_hex(std::string& out, std::span<const std::uint8_t> bytes) {
  for (const std::uint8_t byte : bytes) {
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 0xf];
  }
}

[[nodiscard]] inline std::string hex_of(std::span<const std::uint8_t> bytes) {
  std::string text;
  append_hex(text, bytes);
  return text;
}

/// All 16 digits, the highest first.
[[nodiscard]] inline std::string hex_of(std::uint64_t number) {
  std::array<std::uint8_t, sizeof number> bytes{};
  for (std::size_t i = bytes.size(); i-- > 0; number >>= 8) {
    bytes[i] = static_cast<std::uint8_t>(number & 0xff);
  }
  return hex_of(bytes);
}

}  // namespace dropzone
