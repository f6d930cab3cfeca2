#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "backup_command/backup_command.h"
#include "options/command_line.h"
#include "options/environment.h"
#include "options/help.h"
#include "options/read_options.h"
#include "serve.h"
#include "user_command/user_command.h"

namespace dropzone::server {
namespace {

constexpr int kFaultStatus = 2;

int report(const Error& error) {
  std::cerr << "dropzone-server: " << error.detail << '\n';
  return kFaultStatus;
}

int print(std::string_view text) {
  std::cout << text << std::flush;
  return std::cout.good() ? 0 : 1;
}

int run_server(const Settings& settings) {
  const Environment environment = process_environment();
  const auto options = read_options(settings, environment);
  if (!options) return report(options.error());
  const auto served = serve(*options, environment);
  return served ? 0 : report(served.error());
}

int print_or_report(const Result<std::string>& output) {
  return output ? print(*output) : report(output.error());
}

int run(std::vector<std::string> arguments) {
  const std::string command = arguments.empty() ? "" : arguments.front();
  if (command == "user" || command == "backup") {
    arguments.erase(arguments.begin());
    const auto run_command = command == "user" ? run_user_command : run_backup_command;
    return print_or_report(run_command(std::move(arguments), process_environment()));
  }
  const auto line = read_command_line(std::move(arguments));
  if (!line) return report(line.error());
  switch (line->command) {
    case Command::help: return print(help_text());
    case Command::version: return print("dropzone-server " DROPZONE_VERSION "\n");
    case Command::manual: return print(options_manual());
    case Command::serve: return run_server(line->settings);
  }
  return 1;
}

}  // namespace
}  // namespace dropzone::server

int main(int argc, char** argv) {
  try {
    return dropzone::server::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "dropzone-server: " << error.what() << '\n';
    return 1;
  }
}
