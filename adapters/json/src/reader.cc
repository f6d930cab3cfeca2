#include "reader.h"

#include <algorithm>

#include "number.h"

namespace dropzone::json {
namespace {

// RapidJSON computes with a number's digits while it reads them, and none of fewer than these can
// leave its range without an exponent.
constexpr std::size_t kHarmlessDigits = 300;

bool may_be_in_number(char c) noexcept {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/// The end of the string whose opening quote is at `begin`.
std::size_t end_of_string(std::string_view text, std::size_t begin) noexcept {
  std::size_t i = begin + 1;
  while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
  return std::min(i + 1, text.size());
}

bool is_extreme(std::string_view number) noexcept {
  const bool is_suspect =
      number.size() > kHarmlessDigits || number.find_first_of("eE") != std::string_view::npos;
  return is_suspect && is_number(number);
}

/// The place of the first character that is not well-formed UTF-8. Precondition: there is one.
std::size_t first_ill_formed(std::string_view text) noexcept {
  for (std::size_t i = 0;;) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (!is_utf8(text.substr(i, length))) return i;
    i += length;
  }
}

struct Ignore {
  bool null(Span) { return true; }
  bool boolean(bool, Span) { return true; }
  bool number(Span) { return true; }
  bool string(std::string_view, Span) { return true; }
  bool key(std::string_view, Span) { return true; }
  bool start_object(std::size_t) { return true; }
  bool end_object(std::size_t) { return true; }
  bool start_array(std::size_t) { return true; }
  bool end_array(std::size_t) { return true; }
};

}  // namespace

std::string_view reason_of(rapidjson::ParseErrorCode code, std::string_view text,
                           std::size_t offset) noexcept {
  if (offset >= text.size()) return "it ends too early";
  switch (code) {
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "nothing but white space may follow the value";
    case rapidjson::kParseErrorObjectMissName:
      return "a member's name in double quotes was expected";
    case rapidjson::kParseErrorObjectMissColon: return "a colon was expected after the name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a comma or a closing brace was expected";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a comma or a closing bracket was expected";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "four hexadecimal digits were expected after \\u";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "a string has half of a surrogate pair";
    case rapidjson::kParseErrorStringEscapeInvalid:
    case rapidjson::kParseErrorStringMissQuotationMark:
      return text[offset] == '\\' ? "there is no such escape"
                                  : "a control character in a string must be escaped";
    case rapidjson::kParseErrorNumberMissFraction:
      return "a digit was expected after the decimal point";
    case rapidjson::kParseErrorNumberMissExponent: return "a digit was expected in the exponent";
    case rapidjson::kParseErrorNumberTooBig: return "the number is malformed";
    default: return "a value was expected";
  }
}

std::string without_extreme_numbers(std::string_view text) {
  std::string plain(text);
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '"') {
      i = end_of_string(text, i);
    } else if (may_be_in_number(text[i])) {
      const std::size_t begin = i;
      while (i < text.size() && may_be_in_number(text[i])) ++i;
      if (!is_extreme(text.substr(begin, i - begin))) continue;
      std::fill(plain.begin() + static_cast<std::ptrdiff_t>(begin),
                plain.begin() + static_cast<std::ptrdiff_t>(i), '0');
      plain[begin + 1] = '.';
    } else {
      ++i;
    }
  }
  return plain;
}

SyntaxFault Reader::find_ill_formed(std::string_view text) {
  const std::size_t position = first_ill_formed(text);
  Ignore ignore;
  bool met_extreme_number = false;
  const auto fault =
      parse(without_extreme_numbers(text.substr(0, position)), ignore, met_extreme_number);
  if (fault && fault->offset < position) return *fault;
  return {position, "the bytes are no well-formed UTF-8"};
}

void Reader::reserve(std::size_t text_size) {
  if (decoded_capacity_ > text_size) return;
  decoded_capacity_ = text_size + 1;  // RapidJSON ends strings with a null.
  decoded_ = std::make_unique_for_overwrite<char[]>(decoded_capacity_);
}

}  // namespace dropzone::json
