#include <dropzone/config/read_settings.h>

#include <optional>
#include <string>
#include <utility>

#include <dropzone/config/config_file.h>
#include <dropzone/config/option_values.h>

namespace dropzone::config {
namespace {

/// The address that PORT stands for; nothing if it is not set.
Result<std::optional<Setting>> port_setting(const Environment& environment) {
  const auto text = value_of(environment, "PORT");
  if (text.empty()) return std::optional<Setting>();
  const auto port = parse_port(text);
  if (!port) return fault("PORT", port.error().detail);
  return std::optional(Setting{"0.0.0.0:" + std::to_string(*port), "PORT"});
}

}  // namespace

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
  if (table.find("listen") != nullptr && !settings.contains("listen")) {
    DROPZONE_TRY(auto listen, port_setting(environment));
    if (listen) settings.emplace("listen", *std::move(listen));
  }
  return settings;
}

}  // namespace dropzone::config
