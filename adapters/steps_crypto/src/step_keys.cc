#include <dropzone/steps_crypto/step_keys.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include <dropzone/files/read_file.h>
#include <dropzone/text/trimmed.h>

namespace dropzone {
namespace {

constexpr std::size_t kShortestSecret = 16;
constexpr std::size_t kLongestName = 100;

bool is_name(std::string_view name) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, is_part);
}

// Nothing of the line is shown: it may be the secret.
Error fault_of_line(std::size_t number, std::string_view why) {
  return {ErrorCode::invalid_configuration,
          "Line " + std::to_string(number) + ": " + std::string(why)};
}

Result<void> add_key(StepKeys& keys, std::string_view line, std::size_t number) {
  const std::size_t equals = line.find('=');
  if (equals == line.npos) return fault_of_line(number, "A line must be NAME = SECRET.");
  const std::string_view name = trimmed(line.substr(0, equals));
  const std::string_view secret = trimmed(line.substr(equals + 1));
  if (!is_name(name)) {
    return fault_of_line(number, "A name has letters, digits, \"_\", \"-\" and \".\".");
  }
  if (secret.size() < kShortestSecret) {
    return fault_of_line(number, "A secret must have 16 bytes or more.");
  }
  if (!keys.emplace(name, secret).second) {
    return fault_of_line(number, "There is a key of this name already.");
  }
  return {};
}

}  // namespace

Result<StepKeys> read_step_keys(const std::filesystem::path& file) {
  DROPZONE_TRY(const std::string text, files::read_private_file(file));
  StepKeys keys;
  std::string_view rest = text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trimmed(rest.substr(0, end), " \t\r");
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.starts_with('#')) continue;
    DROPZONE_CHECK(add_key(keys, line, number));
  }
  return keys;
}

}  // namespace dropzone
