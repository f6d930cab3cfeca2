#include <dropzone/text/letter_case.h>

#include <algorithm>
#include <cstddef>
#include <span>

#include "text/letter_case_table.h"

namespace dropzone {
namespace {

struct CodePoint {
  char32_t code = 0;
  std::size_t bytes = 1;
};

/// The character at the start of a text that begins with a byte beyond ASCII. Zero, of one byte, if
/// it is not UTF-8.
CodePoint first_of(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  char32_t code = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) != 0x80) return {};
    code = code << 6 | (byte & 0x3fU);
  }
  return {code, bytes};
}

void append_utf8(std::string& out, char32_t code) {
  const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xe0 | code >> 12);
    } else {
      add(0xf0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3f));
    }
    add(0x80 | (code >> 6 & 0x3f));
  }
  add(0x80 | (code & 0x3f));
}

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
    const CodePoint point = first_of(text.substr(i));
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
