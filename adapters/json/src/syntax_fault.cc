#include "syntax_fault.h"

#include <algorithm>
#include <string>

#include "text.h"

namespace dropzone::json {
namespace {

std::size_t count_characters(std::string_view text) noexcept {
  text = without_byte_order_mark(text);  // No editor counts it.
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

TextPosition text_position(std::string_view body, std::size_t offset) noexcept {
  const std::string_view before = body.substr(0, offset);
  const auto breaks = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is the start.
  return {breaks + 1, count_characters(before.substr(start)) + 1, offset};
}

Error make_error(const SyntaxFault& fault, const TextPosition& place) {
  std::string detail = fault.code == ErrorCode::invalid_json ? "This is not JSON" : "Refused";
  detail += " at line " + std::to_string(place.line) + ", column " + std::to_string(place.column) +
            " (byte offset " + std::to_string(place.offset) + "): ";
  detail += fault.reason;
  detail += '.';
  return {fault.code, std::move(detail)};
}

}  // namespace dropzone::json
