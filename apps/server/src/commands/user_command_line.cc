#include "commands/user_command_line.h"

#include <utility>

#include <dropzone/config/argument_reader.h>
#include <dropzone/config/setting.h>
#include <dropzone/text/in_quotes.h>

#include "commands/command_table.h"

namespace dropzone::server {

Result<UserCommandLine> read_user_command_line(std::vector<std::string> arguments,
                                               const config::Environment& environment) {
  UserCommandLine args;
  std::string file(config::value_of(environment, "DROPZONE_USERS"));
  std::string audit_log(config::value_of(environment, "DROPZONE_AUDIT_LOG"));
  config::ArgumentReader reader;
  reader.positional("action", args.action);
  reader.positional("name", args.name);
  reader.option("--users", file);
  reader.option("--roles", args.roles);
  reader.option("--audit-log", audit_log);
  const auto others = reader.read(std::move(arguments));
  if (!others) return command_fault("user", others.error().detail + ".");
  if (!others->empty()) {
    return command_fault("user", in_quotes(others->front()) + " was not expected.");
  }
  if (file.empty()) return command_fault("user", "No file is named. Add --users FILE.");
  if (args.name.empty() != (args.action == "list")) {
    return command_fault("user",
                         args.name.empty() ? "No user is named." : "list takes no user's name.");
  }
  if (!args.roles.empty() && args.action != "add")
    return command_fault("user", "--roles goes with add.");
  args.file = std::move(file);
  args.audit_log = std::move(audit_log);
  return args;
}

}  // namespace dropzone::server
