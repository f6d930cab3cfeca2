#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/config/help.h>
#include <dropzone/datastore/index_definitions.h>
#include <dropzone/version.h>

#include "commands/commands.h"
#include "kinds.h"
#include "options/command_line.h"
#include "options/help.h"
#include "options/option_table.h"
#include "options/options.h"
#include "serve.h"
#include "steps.h"

namespace dropzone::server {
namespace {

constexpr int kFaultStatus = 2;

/// Each line of the detail is a separate fault.
int report(const Error& error) {
  std::istringstream lines(error.detail);
  for (std::string line; std::getline(lines, line);) {
    std::cerr << "dropzone-server: " << line << '\n';
  }
  return kFaultStatus;
}

int print(std::string_view text) {
  std::cout << text << std::flush;
  return std::cout.good() ? 0 : 1;
}

int run_server(const config::Settings& settings) {
  const config::Environment environment = config::process_environment();
  const auto options = read_options(settings, environment);
  if (!options) return report(options.error());
  const auto served = serve(*options, environment);
  return served ? 0 : report(served.error());
}

int print_or_report(const Result<std::string>& output) {
  return output ? print(*output) : report(output.error());
}

Result<std::string> index_definitions(const config::Settings& settings) {
  DROPZONE_TRY(const auto options, read_options(settings, config::process_environment()));
  DROPZONE_TRY(const StepRegistry steps, make_steps(options));
  DROPZONE_TRY(const auto kinds, load_kinds(options, steps));
  return datastore::index_definitions(kinds.kinds(), options.max_rejects > 0);
}

int copy(std::vector<std::string> arguments) {
  const auto copied = run_copy_command(std::move(arguments), config::process_environment());
  if (!copied) return report(copied.error());
  const int printed = print(copied->report);
  return copied->same ? printed : 1;
}

// Those that print what they return.
using RunCommand = Result<std::string> (*)(std::vector<std::string>, const config::Environment&);
const std::map<std::string, RunCommand, std::less<>> kCommands = {{"backup", run_backup_command},
                                                                  {"check", run_check_command},
                                                                  {"compact", run_compact_command},
                                                                  {"restore", run_restore_command},
                                                                  {"user", run_user_command}};

int run(std::vector<std::string> arguments) {
  const std::string command = arguments.empty() ? "" : arguments.front();
  if (command == "help") return print(help_text());
  if (command == "copy") return copy({arguments.begin() + 1, arguments.end()});
  if (const auto known = kCommands.find(command); known != kCommands.end()) {
    arguments.erase(arguments.begin());
    return print_or_report(known->second(std::move(arguments), config::process_environment()));
  }
  const auto line = read_command_line(std::move(arguments));
  if (!line) return report(line.error());
  switch (line->command) {
    case Command::help: return print(help_text());
    case Command::version: return print("dropzone-server " DROPZONE_VERSION "\n");
    case Command::manual: return print(config::options_manual(option_table()));
    case Command::indexes: return print_or_report(index_definitions(line->settings));
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
