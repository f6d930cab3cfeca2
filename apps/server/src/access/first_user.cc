#include "access/first_user.h"

#include <string>

#include <dropzone/crypto/password_hash.h>
#include <dropzone/id_source.h>

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

Result<void> admit_first_user(crypto::CredentialVerifier& verifier, const Options& options,
                              bool embedded_store, SharedSecrets& secrets, Log& log) {
  if (!options.user.empty()) {
    verifier.add_plain(options.user, options.password);
    return {};
  }
  if (!embedded_store) {
    return fault("--user",
                 "there is no user, and on a shared store none is made. Set "
                 "DROPZONE_USER and DROPZONE_PASSWORD in the environment.");
  }
  std::string password;
  const auto hash = secrets.find_or_make(kHashOfMadeUser, [&password] {
    password = RandomIdSource().next();
    return crypto::hash_password(password);
  });
  if (!hash) return hash.error();
  verifier.set_hashes({{kMadeUser, hash->text}});
  if (hash->made) log.warning(announcement(password));
  return {};
}

}  // namespace dropzone::server
