#include <dropzone/text/letter_case.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "text/letter_case_table.h"
#include "text/utf8.h"

namespace dropzone {
namespace {

char32_t in_other_case(char32_t code, std::span<const LetterCaseRange> ranges) noexcept {
  const auto range = std::ranges::lower_bound(ranges, code, {}, &LetterCaseRange::last);
  if (range == ranges.end() || code < range->first) return code;
  if ((code - range->first) % range->step != 0) return code;
  return static_cast<char32_t>(static_cast<std::int32_t>(code) + range->distance);
}

/// With each ASCII letter from `first` on in its other case, and others by the ranges.
std::string changed(std::string_view text, char first, std::span<const LetterCaseRange> ranges) {
  constexpr char kCaseBit = 'a' ^ 'A';
  constexpr int kLetters = 26;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x80) {
      out += c >= first && c < first + kLetters ? static_cast<char>(c ^ kCaseBit) : c;
      ++i;
      continue;
    }
    const CodePoint point = first_code_point(text.substr(i));
    const char32_t other = in_other_case(point.code, ranges);
    if (other == point.code) {
      out += text.substr(i, point.bytes);
    } else {
      append_utf8(out, other);
    }
    i += point.bytes;
  }
  return out;
}

}  // namespace

std::string lowercase(std::string_view text) { return changed(text, 'A', kToLowercase); }

std::string uppercase(std::string_view text) { return changed(text, 'a', kToUppercase); }

}  // namespace dropzone
