#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dropzone::json {

inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

[[nodiscard]] inline std::string_view without_byte_order_mark(std::string_view text) noexcept {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

/// Whether a text has nothing in it but JSON's white space.
[[nodiscard]] inline bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// A name in double quotes for an error's detail, cut where it is very long.
[[nodiscard]] inline std::string quoted(std::string_view name) {
  constexpr std::size_t kShownBytes = 100;
  if (name.size() <= kShownBytes) return '"' + std::string(name) + '"';
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
  return '"' + std::string(name.substr(0, end)) + "…\"";
}

}  // namespace dropzone::json
