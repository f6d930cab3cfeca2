#include "reload.h"

#include <string>

#include "access/first_user.h"

namespace dropzone::server {
namespace {

void report(std::string_view what, const Result<void>& reloaded, Log& log) {
  if (reloaded) {
    log.info("reloaded " + std::string(what));
  } else {
    log.warning("not reloaded: " + reloaded.error().detail);
  }
}

}  // namespace

void reload(const Options& options, http::Server& server, Users& users, VerifiedTokens& tokens,
            AuditLog* audit, Log& log) {
  if (audit != nullptr) report("the audit log", audit->reopen(), log);
  report("the TLS files", server.reload_tls(), log);
  const auto changes = reload_users(users, options);
  tokens.forget_all();
  if (audit != nullptr && !options.users.empty()) audit->users_read(changes);
  report("the users", changes ? Result<void>() : changes.error(), log);
}

}  // namespace dropzone::server
