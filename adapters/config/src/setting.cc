#include <dropzone/config/setting.h>

#include <algorithm>

#include <dropzone/text/ascii.h>
#include <dropzone/text/one_line.h>

namespace dropzone::config {
namespace {

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
  return {ErrorCode::invalid_configuration,
          one_line(std::string(where) + ": " + std::string(what))};
}

Error fault_in(std::string_view option, const Error& error) {
  return {ErrorCode::invalid_configuration, one_line(std::string(option) + " " + error.detail)};
}

}  // namespace dropzone::config
