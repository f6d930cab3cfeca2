#pragma once

#include <dropzone/auth/secrets.h>
#include <dropzone/auth/users.h>
#include <dropzone/log/log.h>
#include <dropzone/result.h>

#include "options/options.h"

namespace dropzone::server {

/// Admits the users that the options name: the first one, who may do everything, and those of the
/// users file. Where there is none at all and the store is embedded, the user `admin`, whose
/// password was made at the first start, shown then, and is kept as a slow hash alone. A server on
/// a shared store without a configured user, or a provider whose tokens let in, is a fault: it
/// would be nobody's task to notice the password. Returns all as added.
Result<UserChanges> admit_users(auth::Users& users, const Options& options, bool embedded_store,
                                auth::SharedSecrets& secrets, log::Log& log);

/// Reads the users file again, where there is one, and tells what is new in it. A fault leaves the
/// users as they were. A file with nobody in it is none.
Result<UserChanges> reload_users(auth::Users& users, const Options& options);

}  // namespace dropzone::server
