#include "kind/time/offset_text.h"

namespace dropzone {

std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  int number = 0;
  std::size_t digits = 0;
  for (; digits < most && digits < text.size() && text[digits] >= '0' && text[digits] <= '9';
       ++digits) {
    number = number * 10 + (text[digits] - '0');
  }
  if (digits < least) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

std::optional<std::chrono::seconds> take_offset(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const char sign = text.front();
  text.remove_prefix(1);
  if (sign == 'Z' || sign == 'z') return std::chrono::seconds(0);
  if (sign != '+' && sign != '-') return std::nullopt;
  const auto hours = take_number(text, 2, 2);
  if (!hours || *hours > 23) return std::nullopt;
  const bool colon = text.starts_with(':');
  if (colon) text.remove_prefix(1);
  const auto minutes = take_number(text, 2, 2);
  if ((colon && !minutes) || minutes.value_or(0) > 59) return std::nullopt;
  const std::chrono::minutes offset(*hours * 60 + minutes.value_or(0));
  return sign == '-' ? -offset : offset;
}

void append_number(std::string& out, int number, std::size_t digits) {
  const std::string text = std::to_string(number);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
}

void append_offset(std::string& out, std::chrono::seconds offset, bool colon) {
  const auto minutes = static_cast<int>(offset.count() / 60);
  const int distance = minutes < 0 ? -minutes : minutes;
  out += minutes < 0 ? '-' : '+';
  append_number(out, distance / 60, 2);
  if (colon) out += ':';
  append_number(out, distance % 60, 2);
}

}  // namespace dropzone
