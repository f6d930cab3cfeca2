#include <dropzone/config/option_arguments.h>

#include <map>
#include <string_view>
#include <utility>

#include <dropzone/config/argument_reader.h>

namespace dropzone::config {
namespace {

Result<Setting> setting_of(const OptionSpec& spec, const std::vector<std::string>& values) {
  const std::string where = "--" + std::string(spec.name);
  if (spec.secret) {
    return fault(where, "all users of this machine can read the command line. Set " +
                            environment_name(spec.name) + " in the environment instead.");
  }
  if (values.size() > 1 && !spec.list) return fault(where, "it is given more than once.");
  std::string text = values.front();
  for (std::size_t i = 1; i < values.size(); ++i) text += "," + values[i];
  return Setting{std::move(text), where};
}

}  // namespace

Result<OptionArguments> read_option_arguments(const OptionTable& table,
                                              std::vector<std::string> arguments) {
  std::map<std::string_view, std::vector<std::string>> values;
  ArgumentReader reader;
  for (const OptionSpec& spec : table.specs()) {
    reader.repeated_option("--" + std::string(spec.name), values[spec.name]);
  }
  auto others = reader.read(std::move(arguments));
  if (!others) return fault("command line", others.error().detail);

  OptionArguments read{.settings = {}, .others = *std::move(others)};
  for (const OptionSpec& spec : table.specs()) {
    if (values[spec.name].empty()) continue;
    auto setting = setting_of(spec, values[spec.name]);
    if (!setting) return std::move(setting).error();
    read.settings.emplace(spec.name, *std::move(setting));
  }
  return read;
}

}  // namespace dropzone::config
