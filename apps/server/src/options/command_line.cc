#include "options/command_line.h"

#include <array>
#include <utility>

#include <dropzone/config/argument_reader.h>
#include <dropzone/config/option_arguments.h>
#include <dropzone/text/in_quotes.h>

#include "commands/command_table.h"
#include "options/option_table.h"

namespace dropzone::server {
namespace {

/// What to do instead of serving.
struct Flags {
  bool help = false;
  bool version = false;
  bool manual = false;
  bool indexes = false;
};

/// What other programs call these options.
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
  return option_table().nearest(name);
}

Error unknown_argument(const std::string& argument) {
  if (!argument.starts_with('-')) {
    return config::fault(in_quotes(argument), no_such_command(argument));
  }
  const std::string option = argument.substr(0, argument.find('='));
  const auto letters = option.find_first_not_of('-');
  const auto nearest = letters == option.npos ? "" : option_meant_by(option.substr(letters));
  return config::fault(
      option, "there is no such option." + (nearest.empty()
                                                ? " See dropzone-server --help."
                                                : " Did you mean --" + std::string(nearest) + "?"));
}

}  // namespace

Result<CommandLine> read_command_line(std::vector<std::string> arguments) {
  Flags flags;
  config::ArgumentReader reader;
  reader.flag("-h,--help", flags.help);
  reader.flag("--version", flags.version);
  reader.flag("--manual", flags.manual);
  reader.flag("--print-indexes", flags.indexes);
  auto rest = reader.read(std::move(arguments));
  if (!rest) return config::fault("command line", rest.error().detail);
  if (flags.help) return CommandLine{Command::help, {}};
  if (flags.version) return CommandLine{Command::version, {}};
  if (flags.manual) return CommandLine{Command::manual, {}};

  auto read = config::read_option_arguments(option_table(), *std::move(rest));
  if (!read) return std::move(read).error();
  if (!read->others.empty()) return unknown_argument(read->others.front());
  return CommandLine{flags.indexes ? Command::indexes : Command::serve, std::move(read->settings)};
}

}  // namespace dropzone::server
