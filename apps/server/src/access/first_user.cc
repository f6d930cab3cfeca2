#include "access/first_user.h"

#include <string>

#include <dropzone/crypto/password_hash.h>
#include <dropzone/id_source.h>

#include "access/users_file.h"
#include "options/setting.h"

namespace dropzone::server {
namespace {

constexpr const char* kMadeUser = "admin";
constexpr const char* kHashOfMadeUser = "admin-password-hash";

std::string announcement(const std::string& password) {
  return std::string("no user is configured, so one was made: user \"") + kMadeUser +
         "\", password \"" + password +
         "\". This is shown only once. DROPZONE_USER and DROPZONE_PASSWORD replace it.";
}

}  // namespace

Result<void> admit_users(Users& users, const Options& options, bool embedded_store,
                         SharedSecrets& secrets, Log& log) {
  if (!options.user.empty()) users.add_first(options.user, options.password);
  if (!options.users.empty()) return reload_users(users, options);
  if (!options.user.empty()) return {};
  if (!embedded_store) {
    return fault("--user",
                 "there is no user, and on a shared store none is made. Set "
                 "DROPZONE_USER and DROPZONE_PASSWORD in the environment, or name a file of users "
                 "with --users.");
  }
  std::string password;
  const auto hash = secrets.find_or_make(kHashOfMadeUser, [&password] {
    password = RandomIdSource().next();
    return crypto::hash_password(password);
  });
  if (!hash) return hash.error();
  users.set({{kMadeUser, {.password_hash = hash->text, .grants = http::Grants::all()}}});
  if (hash->made) log.warning(announcement(password));
  return {};
}

Result<void> reload_users(Users& users, const Options& options) {
  if (options.users.empty()) return {};
  const auto table = read_users_file(options.users);
  if (!table) return table.error();
  if (table->empty() && options.user.empty()) {
    return fault("--users " + options.users.string(),
                 "there is nobody in it. Add a user: dropzone-server user add NAME.");
  }
  if (table->contains(options.user)) {
    return fault("--users " + options.users.string(),
                 "the first user (--user) is in it, too. Take him out of one of them.");
  }
  users.set(*table);
  return {};
}

}  // namespace dropzone::server
