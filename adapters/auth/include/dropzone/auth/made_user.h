#pragma once

#include <string>

#include <dropzone/auth/secrets.h>
#include <dropzone/auth/users.h>
#include <dropzone/result.h>

namespace dropzone::auth {

/// The user of a store for which nobody has configured one.
struct MadeUser {
  UserChanges changes;
  std::string new_password;  ///< Empty unless this call made it: show it, nobody can look it up.
};

/// Adds the user `admin`, who may do everything. The password is made at the store's first start,
/// and is kept only as a slow hash. Failures are those of the repository.
Result<MadeUser> add_made_user(Users& users, SharedSecrets& secrets);

}  // namespace dropzone::auth
