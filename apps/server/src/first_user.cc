#include "first_user.h"

#include <string>
#include <utility>

#include <dropzone/auth/made_user.h>
#include <dropzone/auth/users_file.h>
#include <dropzone/config/setting.h>

namespace dropzone::server {
Result<UserChanges> admit_users(auth::Users& users, const Options& options, bool embedded_store,
                                auth::SharedSecrets& secrets, log::Log& log) {
  auto admitted = reload_users(users, options);
  if (!admitted) return admitted;
  if (!options.users.empty() && users.nobody() && options.user.empty()) {
    return config::fault("--users " + options.users.string(),
                         "it has no users. Add one: dropzone-server user add NAME.");
  }
  if (!options.user.empty()) {
    if (options.password.starts_with(' ') || options.password.ends_with(' ')) {
      log.warning("the first user's password begins or ends with a blank, which is part of it");
    }
    users.set_first(options.user, options.password);
    admitted->added.push_back(options.user);
  }
  if (!options.user.empty() || !options.users.empty()) return admitted;
  if (!embedded_store) {
    if (!options.oidc.issuer.empty()) return admitted;
    return config::fault(
        "--user",
        "no user is configured, and none is made for a shared store. Set "
        "DROPZONE_USER and DROPZONE_PASSWORD in the environment, or name a file of users "
        "with --users, or an OpenID Connect provider with --oidc-issuer.");
  }
  DROPZONE_TRY(auto made, auth::add_made_user(users, secrets));
  if (!made.new_password.empty()) {
    log.warning("no user is configured, so one was created: user \"admin\", password \"" +
                made.new_password +
                "\". This is shown only once. DROPZONE_USER and DROPZONE_PASSWORD replace it.");
  }
  return std::move(made.changes);
}

Result<UserChanges> reload_users(auth::Users& users, const Options& options) {
  if (options.users.empty()) return UserChanges();
  auto table = auth::read_users_file(options.users);
  if (!table) return config::fault_in("--users", table.error());
  if (table->contains(options.user)) {
    return config::fault("--users " + options.users.string(),
                         "the first user (--user) is in it, too. Take them out of one of the two.");
  }
  return users.set(*std::move(table));
}

}  // namespace dropzone::server
