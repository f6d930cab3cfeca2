#include "commands/user_command_line.h"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>

#include "options/setting.h"

namespace dropzone::server {

Error user_command_fault(std::string_view what) {
  return fault("user", std::string(what) + " See dropzone-server user --help.");
}

Result<UserCommandLine> read_user_command_line(std::vector<std::string> arguments,
                                               const Environment& environment) {
  CLI::App app;
  app.set_help_flag();
  UserCommandLine wish;
  std::string file(value_of(environment, "DROPZONE_USERS"));
  std::string audit_log(value_of(environment, "DROPZONE_AUDIT_LOG"));
  app.add_option("action", wish.action);
  app.add_option("name", wish.name);
  app.add_option("--users", file);
  app.add_option("--roles", wish.roles);
  app.add_option("--audit-log", audit_log);
  try {
    std::ranges::reverse(arguments);  // CLI11 takes them off the end.
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return user_command_fault(std::string(error.what()) + ".");
  }
  if (file.empty()) return user_command_fault("No file is named. Add --users FILE.");
  if (wish.name.empty() != (wish.action == "list")) {
    return user_command_fault(wish.name.empty() ? "No user is named."
                                                : "list takes no user's name.");
  }
  if (!wish.roles.empty() && wish.action != "add")
    return user_command_fault("--roles goes with add.");
  wish.file = std::move(file);
  wish.audit_log = std::move(audit_log);
  return wish;
}

}  // namespace dropzone::server
