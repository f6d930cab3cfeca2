#include "options/command_line.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <CLI/CLI.hpp>

#include <dropzone/text/in_quotes.h>

#include "commands/command_table.h"
#include "options/option_table.h"

namespace dropzone::server {
namespace {

using Values = std::map<std::string_view, std::vector<std::string>>;

/// What is asked for in place of serving.
struct Flags {
  bool help = false;
  bool version = false;
  bool manual = false;
  bool indexes = false;
};

/// What other programs call our options.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kNamesElsewhere{{
    {"address", "listen"},
    {"bind", "listen"},
    {"cert", "tls-cert"},
    {"cors", "cors-origin"},
    {"data", "store"},
    {"database", "store"},
    {"db", "store"},
    {"file", "store"},
    {"host", "listen"},
    {"key", "tls-key"},
    {"port", "listen"},
    {"verbose", "log-level"},
}};

std::string_view option_meant_by(std::string_view name) {
  for (const auto& [elsewhere, here] : kNamesElsewhere) {
    if (name == elsewhere) return here;
  }
  return nearest_option(name);
}

void declare(CLI::App& app, Values& values, Flags& flags) {
  app.set_help_flag();
  app.allow_extras();
  app.add_flag("-h,--help", flags.help);
  app.add_flag("--version", flags.version);
  app.add_flag("--manual", flags.manual);
  app.add_flag("--print-indexes", flags.indexes);
  for (const OptionSpec& spec : option_table()) {
    app.add_option("--" + std::string(spec.name), values[spec.name])
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
}

Error unknown_argument(const std::string& argument) {
  if (!argument.starts_with('-')) {
    return fault(in_quotes(argument), no_such_command(argument));
  }
  const std::string option = argument.substr(0, argument.find('='));
  const auto letters = option.find_first_not_of('-');
  const auto nearest = letters == option.npos ? "" : option_meant_by(option.substr(letters));
  return fault(option, "there is no such option." +
                           (nearest.empty() ? " See dropzone-server --help."
                                            : " Did you mean --" + std::string(nearest) + "?"));
}

Result<Setting> setting_of(const OptionSpec& spec, const std::vector<std::string>& values) {
  const std::string where = "--" + std::string(spec.name);
  if (spec.secret) {
    return fault(where, "everybody on this machine can read the command line. Set " +
                            environment_name(spec.name) + " in the environment instead.");
  }
  if (values.size() > 1 && !spec.list) return fault(where, "it is given more than once.");
  std::string text = values.front();
  for (std::size_t i = 1; i < values.size(); ++i) text += "," + values[i];
  return Setting{std::move(text), where};
}

}  // namespace

Result<CommandLine> read_command_line(std::vector<std::string> arguments) {
  CLI::App app;
  Values values;
  Flags flags;
  declare(app, values, flags);
  try {
    std::ranges::reverse(arguments);  // CLI11 takes them off the end.
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return fault("command line", error.what());
  }
  if (flags.help) return CommandLine{Command::help, {}};
  if (flags.version) return CommandLine{Command::version, {}};
  if (flags.manual) return CommandLine{Command::manual, {}};
  if (const auto rest = app.remaining(); !rest.empty()) return unknown_argument(rest.front());

  CommandLine line;
  if (flags.indexes) line.command = Command::indexes;
  for (const OptionSpec& spec : option_table()) {
    if (values[spec.name].empty()) continue;
    auto setting = setting_of(spec, values[spec.name]);
    if (!setting) return std::move(setting).error();
    line.settings.emplace(spec.name, *std::move(setting));
  }
  return line;
}

}  // namespace dropzone::server
