#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dropzone {

struct CodePoint {
  char32_t code = 0;
  std::size_t bytes = 1;
};

/// The character at the start of a text that begins with a byte beyond ASCII. Zero, of one byte, if
/// it is not UTF-8.
[[nodiscard]] CodePoint first_code_point(std::string_view text) noexcept;

void append_utf8(std::string& out, char32_t code);

}  // namespace dropzone
