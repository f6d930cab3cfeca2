#include <dropzone/auth/made_user.h>

#include <dropzone/crypto/password_hash.h>
#include <dropzone/store/id_source.h>

namespace dropzone::auth {
namespace {

constexpr const char* kName = "admin";
constexpr const char* kHash = "admin-password-hash";

}  // namespace

Result<MadeUser> add_made_user(Users& users, SharedSecrets& secrets) {
  MadeUser made;
  DROPZONE_TRY(const auto hash, secrets.find_or_make(kHash, [&made] {
    made.new_password = RandomIdSource().next();
    return crypto::hash_password(made.new_password);
  }));
  if (!hash.made) made.new_password.clear();
  made.changes = users.set({{kName, {.password_hash = hash.text, .grants = Grants::all()}}});
  return made;
}

}  // namespace dropzone::auth
