#include <dropzone/config/read_settings.h>

#include <utility>

#include <dropzone/config/config_file.h>

namespace dropzone::config {

Result<Settings> read_settings(const OptionTable& table, Settings command_line,
                               const Environment& environment) {
  Settings settings = std::move(command_line);
  auto from_environment = environment_settings(table, environment);
  if (!from_environment) return from_environment;
  settings.merge(*std::move(from_environment));  // Leaves out what is there already.
  if (const auto config = settings.find("config"); config != settings.end()) {
    auto from_file = read_config_file(table, config->second.text);
    if (!from_file) return from_file;
    settings.merge(*std::move(from_file));
  }
  return settings;
}

}  // namespace dropzone::config
