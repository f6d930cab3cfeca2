#include <dropzone/http/message/secret_mask.h>

#include <dropzone/text/ascii.h>

#include <cstddef>
#include <utility>

namespace dropzone::http {
namespace {

// Encodings of encodings that are looked through; each costs several times the one before.
constexpr int kMostEncodings = 3;

/// One character, and how many bytes of the text stand for it.
struct Decoded {
  char character = 0;
  std::size_t size = 0;
};

/// The first character of a text that is percent-encoded so often at most, its digits perhaps, too:
/// "%64", "%2564" and "%25%36%34" are all "d". Precondition: the text is not empty.
Decoded first_of(std::string_view text, int encodings = kMostEncodings) noexcept {
  Decoded decoded{text.front(), 1};
  for (int i = 0; i < encodings && decoded.character == '%'; ++i) {
    int byte = 0;
    std::size_t size = decoded.size;
    for (int digit = 0; digit < 2 && byte >= 0; ++digit) {
      if (size == text.size()) return decoded;
      const Decoded next = first_of(text.substr(size), encodings - 1);
      const int value = hex_digit(next.character);
      byte = value < 0 ? -1 : byte * 16 + value;
      size += next.size;
    }
    if (byte < 0) break;
    decoded = {static_cast<char>(byte), size};
  }
  return decoded;
}

constexpr bool is_secret_character(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-' || c == '.' || c == '~';
}

/// How many bytes at the beginning of the text stand for the prefix; 0 if others do.
std::size_t match(std::string_view text, std::string_view prefix, bool any_case) noexcept {
  std::size_t size = 0;
  for (const char wanted : prefix) {
    if (size == text.size()) return 0;
    const Decoded decoded = first_of(text.substr(size));
    const bool same = decoded.character == wanted;
    const bool same_letter = any_case && wanted >= 'a' && decoded.character == wanted - 'a' + 'A';
    if (!same && !same_letter) return 0;
    size += decoded.size;
  }
  return size;
}

constexpr bool may_begin(char raw) noexcept {
  return raw == 'd' || raw == 'D' || raw == 'e' || raw == '%';
}

/// The bytes of a secret's beginning, and of the rest of it.
std::pair<std::size_t, std::size_t> secret_at(std::string_view text) noexcept {
  const char raw = text.front();
  const char first = raw == '%' ? first_of(text).character : raw;
  if (first == '%' || !may_begin(first)) return {};
  std::size_t begin = match(text, "dzk_", true);
  if (begin == 0) begin = match(text, "dzr_", true);
  if (begin == 0) begin = match(text, "eyJ", false);
  if (begin == 0) return {};
  std::size_t end = begin;
  while (end < text.size()) {
    const Decoded decoded = first_of(text.substr(end));
    if (!is_secret_character(decoded.character)) break;
    end += decoded.size;
  }
  return {begin, end - begin};
}

bool any_ends_in(std::string_view text, char last, std::size_t size,
                 bool (*is_prefix)(std::string_view)) noexcept {
  for (auto at = text.find(last); at != text.npos; at = text.find(last, at + 1)) {
    if (at + 1 >= size && is_prefix(text.substr(at + 1 - size, size))) return true;
  }
  return false;
}

/// False only for a text without secrets. Nearly all are, each line of the log among them, so this
/// looks no closer than it must: a prefix that is not encoded ends in a character that is rare.
bool may_have_secret(std::string_view text) noexcept {
  return text.find('%') != text.npos ||
         any_ends_in(text, '_', 4,
                     [](std::string_view prefix) {
                       return match(prefix, "dzk_", true) > 0 || match(prefix, "dzr_", true) > 0;
                     }) ||
         any_ends_in(text, 'J', 3, [](std::string_view prefix) { return prefix == "eyJ"; });
}

}  // namespace

bool has_secret(std::string_view text) noexcept {
  if (!may_have_secret(text)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (may_begin(text[i]) && secret_at(text.substr(i)).second > 0) return true;
  }
  return false;
}

std::string without_secrets(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto [begin, rest] = secret_at(text);
    out += text.substr(0, rest > 0 ? begin : 1);
    if (rest > 0) out += "***";
    text.remove_prefix(rest > 0 ? begin + rest : 1);
  }
  return out;
}

}  // namespace dropzone::http
