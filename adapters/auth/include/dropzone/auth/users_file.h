#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <dropzone/auth/users.h>
#include <dropzone/result.h>

namespace dropzone::auth {

// A users file has a line for each user, `NAME:HASH:ROLES`: an Argon2id hash as the command
// `dropzone-server user` makes it, and roles such as `read,write:measurements`. Lines that are
// empty or begin with `#` say nothing. Only its owner may read it.

/// Whether a user can have this name: 1 to 100 characters of UTF-8, no colon and no control
/// character, no `#` at its beginning.
[[nodiscard]] bool is_user_name(std::string_view name);

/// Faults name the file, and the line.
Result<UserTable> read_users_file(const std::filesystem::path& path);

/// Changes the file, or makes one that only its owner may read. It is replaced as a whole, so that
/// whoever reads it meanwhile sees the one or the other; of several that change it at once each
/// sees what the one before has left. What `change` refuses leaves the file as it was.
Result<void> change_users_file(const std::filesystem::path& path,
                               const std::function<Result<void>(UserTable&)>& change);

}  // namespace dropzone::auth
