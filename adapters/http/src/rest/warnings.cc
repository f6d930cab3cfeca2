#include "rest/warnings.h"

#include <algorithm>

#include <dropzone/value/json_text.h>

namespace dropzone::http {
namespace {

constexpr std::string_view kRounded =
    "The integer is not between -2^63 and 2^64-1; the nearest double is stored. Send it as a "
    "string "
    "to keep its digits.";

constexpr std::size_t kMostInHeader = 20;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

void append_fragment(std::string& out, std::string_view pointer) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  out += '#';
  for (const char c : pointer) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 0xf];
  }
}

}  // namespace

std::string header_of(std::span<const std::string> pointers) {
  std::string header;
  for (const std::string& pointer : pointers.first(std::min(pointers.size(), kMostInHeader))) {
    if (!header.empty()) header += ", ";
    append_fragment(header, pointer);
  }
  return header;
}

void Warnings::add(std::string_view code, std::string_view pointer, std::string_view detail,
                   const WarnedRecord& record) {
  if (++count_ > kMost) return;
  text_ += text_.empty() ? "{\"" : ",{\"";
  if (record.index) text_ += "index\":" + std::to_string(*record.index) + ",\"";
  if (record.line) text_ += "line\":" + std::to_string(*record.line) + ",\"";
  text_ += "code\":";
  append_json_string(text_, code);
  text_ += ",\"pointer\":";
  append_json_string(text_, pointer);
  text_ += ",\"detail\":";
  append_json_string(text_, detail);
  text_ += '}';
}

void Warnings::add(const RoundedIntegers& rounded, const WarnedRecord& record) {
  for (const std::string& pointer : rounded.pointers) {
    add("integer_rounded", pointer, kRounded, record);
  }
  count_ += rounded.count - rounded.pointers.size();
}

void Warnings::append_to(std::string& out) {
  if (count_ == 0) return;
  const std::size_t more = count_ > kMost ? count_ - kMost : 0;
  if (more > 0) {
    count_ = 0;
    add("more_warnings", "", "There are " + std::to_string(more) + " more warnings.");
  }
  out += ",\"warnings\":[";
  out += text_;
  out += ']';
}

}  // namespace dropzone::http
