#include "options/help.h"

#include <string_view>

#include <dropzone/config/help.h>

#include "commands/command_table.h"
#include "options/option_table.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kUsage = R"(A safe drop zone for JSON records.

Usage: dropzone-server [OPTION VALUE]...            starts the server
       dropzone-server COMMAND [OPTION VALUE]...    does something else; COMMAND --help says more

Commands
)";

constexpr std::string_view kSettings = R"(
Every option can also be set in the environment (--max-body as DROPZONE_MAX_BODY) and in the file
that --config names (max-body = "64MiB"). The command line wins over the environment, the
environment over the file.
)";

std::string left_of(const CommandSpec& command) {
  std::string left(command.name);
  if (!command.arguments.empty()) left.append(" ").append(command.arguments);
  return left;
}

}  // namespace

std::string help_text() {
  std::string out(kUsage);
  for (const CommandSpec& command : command_table()) {
    config::append_help(out, left_of(command), command.help);
  }
  out += kSettings;
  config::append_help(out, option_table());
  out += "\nOther\n";
  config::append_help(out, "-h, --help", "Prints this help and exits.");
  config::append_help(out, "--version", "Prints the version and exits.");
  config::append_help(out, "--manual", "Prints the options as a Markdown table and exits.");
  config::append_help(
      out, "--print-indexes",
      "Prints the indexes that --kinds need on Google Datastore, as an index.yaml, and "
      "exits.");
  return out;
}

}  // namespace dropzone::server
