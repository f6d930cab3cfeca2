#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dropzone {

/// A name in double quotes for an error's detail, cut if it is very long.
[[nodiscard]] inline std::string in_quotes(std::string_view name) {
  constexpr std::size_t kShownBytes = 100;
  if (name.size() <= kShownBytes) return '"' + std::string(name) + '"';
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
  return '"' + std::string(name.substr(0, end)) + "…\"";
}

}  // namespace dropzone
