#include "commands/user_command_line.h"

#include <utility>

#include <dropzone/config/argument_reader.h>
#include <dropzone/config/setting.h>
#include <dropzone/text/in_quotes.h>

namespace dropzone::server {

Error user_command_fault(std::string_view what) {
  return config::fault("user", std::string(what) + " See dropzone-server user --help.");
}

Result<UserCommandLine> read_user_command_line(std::vector<std::string> arguments,
                                               const config::Environment& environment) {
  UserCommandLine wish;
  std::string file(config::value_of(environment, "DROPZONE_USERS"));
  std::string audit_log(config::value_of(environment, "DROPZONE_AUDIT_LOG"));
  config::ArgumentReader reader;
  reader.positional("action", wish.action);
  reader.positional("name", wish.name);
  reader.option("--users", file);
  reader.option("--roles", wish.roles);
  reader.option("--audit-log", audit_log);
  const auto others = reader.read(std::move(arguments));
  if (!others) return user_command_fault(others.error().detail + ".");
  if (!others->empty()) {
    return user_command_fault(in_quotes(others->front()) + " was not expected.");
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
