#include "commands/commands.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <dropzone/auth/users_file.h>
#include <dropzone/config/setting.h>
#include <dropzone/crypto/password_hash.h>
#include <dropzone/log/audit_log.h>
#include <dropzone/process/operator_name.h>
#include <dropzone/process/password_prompt.h>
#include <dropzone/text/in_quotes.h>

#include "commands/command_table.h"
#include "commands/user_command_line.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kUserUsage =
    R"(dropzone-server user add NAME --users FILE [--roles ROLES]
dropzone-server user passwd NAME --users FILE
dropzone-server user remove NAME --users FILE
dropzone-server user list --users FILE

Changes or creates a users file. The password is asked for, or is the first line of standard
input. ROLES are read, write, delete and admin, for all kinds or for one, between commas:
read,write:measurements. Without --roles a user may read and write all kinds. A running server
reads the file again on SIGHUP. With --audit-log FILE the change is written there, too. --users and
--audit-log can also be DROPZONE_USERS and DROPZONE_AUDIT_LOG in the environment.
)";

Error no_such_user(const UserCommandLine& args) {
  return config::fault(in_quotes(args.name),
                       "this user does not exist in " + args.file.string() + ".");
}

/// A fault of the file names its option; one of `change` is returned as it is.
Result<void> change_file(const UserCommandLine& args,
                         const std::function<Result<void>(auth::UserTable&)>& change) {
  bool refused = false;
  auto changed = auth::change_users_file(args.file, [&](auth::UserTable& table) {
    auto done = change(table);
    refused = !done;
    return done;
  });
  if (!changed && !refused) return config::fault_in("--users", changed.error());
  return changed;
}

Result<std::string> new_password() {
  auto password = process::read_new_password();
  if (!password) return config::fault("password", password.error().detail);
  if (const auto control = config::control_character_in(*password)) {
    return config::fault("password", *control);
  }
  return password;
}

Result<std::string> add(const UserCommandLine& args) {
  if (!auth::is_user_name(args.name)) {
    return command_fault("user", in_quotes(args.name) +
                                     " cannot be a user's name: it is empty, too long, "
                                     "or has a colon or a control character.");
  }
  auto grants = Grants::parse(args.roles.empty() ? "read,write" : args.roles);
  if (!grants) return config::fault("--roles", grants.error().detail);
  DROPZONE_TRY(const auto password, new_password());
  auth::User user{.password_hash = crypto::hash_password(password), .grants = *std::move(grants)};
  const auto changed = change_file(args, [&](auth::UserTable& table) -> Result<void> {
    if (table.emplace(args.name, std::move(user)).second) return {};
    return config::fault(in_quotes(args.name),
                         "this user already exists. Change the password with "
                         "dropzone-server user passwd.");
  });
  if (!changed) return changed.error();
  return "added " + args.name + "\n";
}

Result<std::string> set_password(const UserCommandLine& args) {
  DROPZONE_TRY(const auto password, new_password());
  const std::string hash = crypto::hash_password(password);
  const auto changed = change_file(args, [&](auth::UserTable& table) -> Result<void> {
    const auto found = table.find(args.name);
    if (found == table.end()) return no_such_user(args);
    found->second.password_hash = hash;
    return {};
  });
  if (!changed) return changed.error();
  return "changed the password of " + args.name + "\n";
}

Result<std::string> remove(const UserCommandLine& args) {
  bool last = false;
  const auto changed = change_file(args, [&](auth::UserTable& table) -> Result<void> {
    if (table.erase(args.name) == 0) return no_such_user(args);
    last = table.empty();
    return {};
  });
  if (!changed) return changed.error();
  const std::string removed = "removed " + args.name + "\n";
  if (!last) return removed;
  return removed + "No user is left in " + args.file.string() +
         ". After SIGHUP, a running server admits no users from this file; without other users it "
         "does "
         "not start again.\n";
}

Result<std::string> list(const UserCommandLine& args) {
  const auto table = auth::read_users_file(args.file);
  if (!table) return config::fault_in("--users", table.error());
  std::string lines;
  for (const auto& [name, user] : *table) {
    lines.append(name).append("\t").append(user.grants.text()).append("\n");
  }
  return lines;
}

using Change = Result<std::string> (*)(const UserCommandLine&);

/// Null if the action does not exist.
Change change_of(std::string_view action) {
  if (action == "add") return add;
  if (action == "passwd") return set_password;
  return action == "remove" ? remove : nullptr;
}

/// Changes the file, and writes to the audit log, if there is one, who did so. If that cannot be
/// opened, nothing is changed.
Result<std::string> audited(const UserCommandLine& args, Change change,
                            const config::Environment& environment) {
  if (args.audit_log.empty()) return change(args);
  SystemClock clock;
  log::Log log({}, clock);
  const auto audit = log::AuditLog::open({.file = args.audit_log}, clock, log);
  if (!audit) return config::fault("--audit-log", audit.error().detail);
  auto changed = change(args);
  std::string members;
  log::append_logged_member(
      members, "principal",
      "os:" + process::operator_name(config::value_of(environment, "SUDO_USER")));
  log::append_logged_list(members, "targets", {args.name});
  if (!args.roles.empty()) log::append_logged_member(members, "roles", args.roles);
  (*audit)->record("user " + args.action, changed ? "ok" : "refused", members);
  if (changed && (*audit)->faults() > 0) {
    return config::fault("--audit-log",
                         "the users file was changed, but the change was not logged.");
  }
  return changed;
}

}  // namespace

Result<std::string> run_user_command(std::vector<std::string> arguments,
                                     const config::Environment& environment) {
  if (arguments.empty() || std::ranges::count(arguments, "--help") > 0)
    return std::string(kUserUsage);
  DROPZONE_TRY(const auto args, read_user_command_line(std::move(arguments), environment));
  if (args.action == "list") return list(args);
  if (const Change change = change_of(args.action)) return audited(args, change, environment);
  return command_fault(
      "user", in_quotes(args.action) + " is not an action: write add, passwd, remove or list.");
}

}  // namespace dropzone::server
