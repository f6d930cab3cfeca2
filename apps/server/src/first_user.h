#pragma once

#include <dropzone/auth/secrets.h>
#include <dropzone/auth/users.h>
#include <dropzone/log/log.h>
#include <dropzone/result.h>

#include "options/options.h"

namespace dropzone::server {

/// Admits the users that the options name: the first one, who may do everything, and those of the
/// users file. If there are none and the store is embedded, the user `admin`, whose password was
/// made at the first start, shown then, and is kept only as a slow hash. A server on
/// a shared store without a configured user or OpenID Connect provider is a fault: nobody might
/// notice the password in its log. Returns all users that were added.
Result<UserChanges> admit_users(auth::Users& users, const Options& options, bool embedded_store,
                                auth::SharedSecrets& secrets, log::Log& log);

/// Reads the users file again, if there is one, and reports what has changed. After a fault the
/// users stay as they were. A file without users counts as missing.
Result<UserChanges> reload_users(auth::Users& users, const Options& options);

}  // namespace dropzone::server
