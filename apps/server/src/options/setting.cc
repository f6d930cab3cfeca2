#include "options/setting.h"

#include <algorithm>
#include <cstddef>

#include <dropzone/text/ascii.h>

namespace dropzone::server {
namespace {

constexpr std::size_t kLongestQuotation = 120;

std::string name_of_control(char c) {
  switch (c) {
    case '\n': return "a line feed";
    case '\r': return "a carriage return";
    case '\t': return "a tab";
    default: return "a control character";
  }
}

}  // namespace

std::optional<std::string> control_character_in(std::string_view secret) {
  const auto found = std::ranges::find_if(secret, is_control);
  if (found == secret.end()) return std::nullopt;
  const bool trails = std::ranges::all_of(found, secret.end(), is_control);
  const std::string where = trails ? "it ends with " : "it contains ";
  return where + name_of_control(*found) +
         ", which no client would send. Write it without one: printf %s, not echo.";
}

Error fault(std::string_view where, std::string_view what) {
  std::string line(where);
  line.append(": ").append(what);
  for (char& c : line) {
    if (is_control(c)) c = ' ';
  }
  return {ErrorCode::invalid_configuration, std::move(line)};
}

std::string in_quotes(std::string_view text) {
  std::string quotation = "\"";
  quotation += text.substr(0, kLongestQuotation);
  if (text.size() > kLongestQuotation) quotation += "…";
  quotation += '"';
  return quotation;
}

}  // namespace dropzone::server
