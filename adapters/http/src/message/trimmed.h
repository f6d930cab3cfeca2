#pragma once

#include <string_view>

namespace dropzone::http {

/// The text without the blanks and tabs around it.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) noexcept {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

}  // namespace dropzone::http
