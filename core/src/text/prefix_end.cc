#include <dropzone/text/prefix_end.h>

#include <cstddef>

#include "text/utf8.h"

namespace dropzone {
namespace {

constexpr char32_t kLastCodePoint = 0x10ffff;
constexpr char32_t kFirstSurrogate = 0xd800;
constexpr char32_t kAfterSurrogates = 0xe000;

// Where the last character begins. Precondition: the text is not empty.
std::size_t start_of_last(std::string_view text) noexcept {
  std::size_t start = text.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xc0U) == 0x80) --start;
  return start;
}

char32_t code_of(std::string_view character) noexcept {
  const auto lead = static_cast<unsigned char>(character.front());
  return lead < 0x80 ? lead : first_code_point(character).code;
}

}  // namespace

// UTF-8 has the order of code points: the last character that has a successor is replaced by it.
std::optional<std::string> prefix_end(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty()) {
    const std::size_t start = start_of_last(end);
    const char32_t code = code_of(std::string_view(end).substr(start));
    end.resize(start);
    if (code == kLastCodePoint) continue;
    append_utf8(end, code + 1 == kFirstSurrogate ? kAfterSurrogates : code + 1);
    return end;
  }
  return std::nullopt;
}

}  // namespace dropzone
