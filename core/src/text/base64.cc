#include <dropzone/text/base64.h>

#include <array>
#include <cstddef>

namespace dropzone {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t kNoDigit = 0xff;
using DigitTable = std::array<std::uint8_t, 256>;

constexpr DigitTable digits_of(std::string_view alphabet) {
  DigitTable digits{};
  for (auto& digit : digits) digit = kNoDigit;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}
constexpr DigitTable kStandardDigits = digits_of(kStandard);
constexpr DigitTable kUrlDigits = digits_of(kUrl);

}  // namespace

std::string base64_encode(std::string_view bytes, Base64 form) {
  const std::string_view alphabet = form == Base64::url ? kUrl : kStandard;
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (held += 8; held >= 6; held -= 6) text += alphabet[bits >> (held - 6) & 0x3f];
  }
  if (held > 0) text += alphabet[bits << (6 - held) & 0x3f];
  while (form == Base64::standard && text.size() % 4 != 0) text += '=';
  return text;
}

std::optional<std::string> base64_decode(std::string_view text, Base64 form) {
  const DigitTable& digits = form == Base64::url ? kUrlDigits : kStandardDigits;
  if (form == Base64::standard) {
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
  }
  if (text.size() % 4 == 1) return std::nullopt;

  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char character : text) {
    const std::uint8_t digit = digits[static_cast<unsigned char>(character)];
    if (digit == kNoDigit) return std::nullopt;
    bits = bits << 6 | digit;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>(bits >> held & 0xff);
    }
  }
  const std::uint32_t unused = bits & ((1u << held) - 1);
  if (unused != 0) return std::nullopt;
  return bytes;
}

}  // namespace dropzone
