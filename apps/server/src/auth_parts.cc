#include "auth_parts.h"

#include <chrono>
#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/crypto/random_bytes.h>
#include <dropzone/text/base64.h>

namespace dropzone::server {
namespace {

constexpr std::size_t kSecretBytes = 32;
// Opening the store has just asked it. If it answers, it does so at once.
constexpr std::chrono::milliseconds kStorePatience{250};

bool is_passing(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::deadline_exceeded ||
         code == ErrorCode::outcome_unknown;
}

}  // namespace

Result<std::string> shared_secret(const Options& options, auth::SharedSecrets& secrets) {
  if (!options.secret_file.empty()) {
    auto secret = auth::read_secret_file(options.secret_file);
    if (!secret) return config::fault_in("--secret-file", secret.error());
    return secret;
  }
  DROPZONE_TRY(auto secret, secrets.find_or_make("secret", [] {
    return base64_encode(crypto::random_bytes(kSecretBytes), Base64::url);
  }));
  return std::move(secret.text);
}

Result<void> prepare(const auth::SharedCursors& cursors, Store& store, log::Log& log) {
  const auto moment = std::chrono::steady_clock::now() + kStorePatience;
  const auto reached = store.embedded ? Result<void>() : store.repository->check(moment);
  auto ready = reached ? cursors.prepare() : reached;
  const bool passing = !ready && !store.embedded && is_passing(ready.error().code);
  if (!passing) return ready;
  log.warning(ready.error().detail + " The server starts nevertheless.");
  return {};
}

std::unique_ptr<auth::OidcTokens> open_provider(const Options& options, Clock& clock,
                                                log::Log& log) {
  if (options.oidc.issuer.empty()) return nullptr;
  oidc::Provider provider = options.oidc;
  provider.on_change = [&log](const Result<void>& fetched) {
    if (fetched) {
      log.info("the keys of the OpenID Connect provider are known");
    } else {
      log.warning("no keys of the OpenID Connect provider: " + fetched.error().detail);
    }
  };
  return std::make_unique<auth::OidcTokens>(
      std::move(provider), auth::ClaimedRoles(options.oidc_roles_claim, options.oidc_roles), clock);
}

}  // namespace dropzone::server
