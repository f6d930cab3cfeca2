#include <dropzone/config/environment.h>

#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace dropzone::config {
namespace {

constexpr std::string_view kPrefix = "DROPZONE_";

/// "max-body" of "DROPZONE_MAX_BODY".
std::string option_name_of(std::string_view variable) {
  std::string name(variable.substr(kPrefix.size()));
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return c == '_' ? '-' : static_cast<char>(std::tolower(c));
  });
  return name;
}

}  // namespace

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals == text.npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

std::string_view value_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : std::string_view(found->second);
}

Result<Settings> environment_settings(const OptionTable& table, const Environment& environment) {
  Settings settings;
  for (const auto& [variable, text] : environment) {
    if (!variable.starts_with(kPrefix) || text.empty()) continue;
    const std::string name = option_name_of(variable);
    if (table.find(name) != nullptr && environment_name(name) == variable) {
      settings[name] = {text, variable};
    } else if (const auto nearest = table.nearest(name); table.find(nearest) != nullptr) {
      return fault(variable, "there is no such option. Did you mean " + environment_name(nearest) +
                                 "? Otherwise unset it.");
    }
  }
  return settings;
}

}  // namespace dropzone::config
