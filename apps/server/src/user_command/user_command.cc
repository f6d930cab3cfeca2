#include "user_command/user_command.h"

#include <algorithm>
#include <utility>

#include <dropzone/crypto/password_hash.h>

#include "access/users_file.h"
#include "options/setting.h"
#include "options/user_command_line.h"
#include "user_command/password_prompt.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kUsage =
    R"(dropzone-server user add NAME --users FILE [--roles ROLES]
dropzone-server user passwd NAME --users FILE
dropzone-server user remove NAME --users FILE
dropzone-server user list --users FILE

Changes a users file, or makes it. The password is asked for, or is the first line of standard
input. ROLES are read, write, delete and admin, for all kinds or for one, between commas:
read,write:measurements. Without --roles a user may read and write all kinds. A running server
reads the file anew on SIGHUP. --users can also be DROPZONE_USERS in the environment.
)";

Error no_such_user(const UserCommandLine& wish) {
  return fault(in_quotes(wish.name), "there is no such user in " + wish.file.string() + ".");
}

Result<std::string> add(const UserCommandLine& wish) {
  if (!is_user_name(wish.name)) {
    return user_command_fault(in_quotes(wish.name) +
                              " cannot be a user's name: it is empty, too long, "
                              "or has a colon or a control character.");
  }
  auto grants = http::Grants::parse(wish.roles.empty() ? "read,write" : wish.roles);
  if (!grants) return fault("--roles", grants.error().detail);
  auto password = read_new_password();
  if (!password) return password;
  User user{.password_hash = crypto::hash_password(*password), .grants = *std::move(grants)};
  const auto changed = change_users_file(wish.file, [&](UserTable& table) -> Result<void> {
    if (table.emplace(wish.name, std::move(user)).second) return {};
    return fault(in_quotes(wish.name),
                 "there is such a user already. Change the password with "
                 "dropzone-server user passwd.");
  });
  if (!changed) return changed.error();
  return "added " + wish.name + "\n";
}

Result<std::string> set_password(const UserCommandLine& wish) {
  auto password = read_new_password();
  if (!password) return password;
  const std::string hash = crypto::hash_password(*password);
  const auto changed = change_users_file(wish.file, [&](UserTable& table) -> Result<void> {
    const auto found = table.find(wish.name);
    if (found == table.end()) return no_such_user(wish);
    found->second.password_hash = hash;
    return {};
  });
  if (!changed) return changed.error();
  return "changed the password of " + wish.name + "\n";
}

Result<std::string> remove(const UserCommandLine& wish) {
  const auto changed = change_users_file(wish.file, [&](UserTable& table) -> Result<void> {
    if (table.erase(wish.name) == 0) return no_such_user(wish);
    return {};
  });
  if (!changed) return changed.error();
  return "removed " + wish.name + "\n";
}

Result<std::string> list(const UserCommandLine& wish) {
  const auto table = read_users_file(wish.file);
  if (!table) return table.error();
  std::string lines;
  for (const auto& [name, user] : *table) {
    lines.append(name).append("\t").append(user.grants.text()).append("\n");
  }
  return lines;
}

}  // namespace

Result<std::string> run_user_command(std::vector<std::string> arguments,
                                     const Environment& environment) {
  if (arguments.empty() || std::ranges::count(arguments, "--help") > 0) return std::string(kUsage);
  const auto wish = read_user_command_line(std::move(arguments), environment);
  if (!wish) return wish.error();
  if (wish->action == "add") return add(*wish);
  if (wish->action == "passwd") return set_password(*wish);
  if (wish->action == "remove") return remove(*wish);
  if (wish->action == "list") return list(*wish);
  return user_command_fault(in_quotes(wish->action) +
                            " is no action: write add, passwd, remove or list.");
}

}  // namespace dropzone::server
