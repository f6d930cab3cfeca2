#include "commands/command_table.h"

#include <array>
#include <vector>

#include <dropzone/config/setting.h>
#include <dropzone/text/nearest_name.h>

namespace dropzone::server {
namespace {

constexpr std::array kCommands = {
    CommandSpec{"backup", "FILE", "Copies a SQLite store into a new file, while a server uses it."},
    CommandSpec{"check", "", "Checks the options and the kind files, and exits (for CI)."},
    CommandSpec{"compact", "",
                "Removes deleted data from a SQLite store's file. Stop the server first."},
    CommandSpec{"copy", "--from URL --to URL", "Copies all records of one store into another."},
    CommandSpec{"help", "", "Prints this help and exits."},
    CommandSpec{"restore", "FILE",
                "Replaces a SQLite store by a copy of a backup. Stop the server first."},
    CommandSpec{"user", "ACTION NAME",
                "Adds a user to a users file (add), changes a password (passwd), removes a user "
                "(remove) or lists them all (list)."},
};

}  // namespace

std::span<const CommandSpec> command_table() { return kCommands; }

Error command_fault(std::string_view command, std::string_view what) {
  const std::string name(command);
  return config::fault(name, std::string(what) + " See dropzone-server " + name + " --help.");
}

std::string no_such_command(std::string_view name) {
  std::vector<std::string_view> names;
  names.reserve(kCommands.size());
  for (const CommandSpec& command : kCommands) names.push_back(command.name);
  std::string text = "there is no such command." + did_you_mean(name, names) + " The commands are ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 < names.size() ? ", " : " and ";
    text += names[i];
  }
  return text + ". Without a command, the server starts.";
}

}  // namespace dropzone::server
