#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/auth/api_keys.h>
#include <dropzone/auth/basic_authenticator.h>
#include <dropzone/auth/bearer_authenticator.h>
#include <dropzone/auth/credential_router.h>
#include <dropzone/auth/oidc_tokens.h>
#include <dropzone/auth/sweeper.h>
#include <dropzone/auth/tokens.h>
#include <dropzone/auth/users.h>
#include <dropzone/auth/verified_tokens.h>

namespace dropzone::auth {

/// Everything that authenticates requests, wired together over one repository: passwords, API keys,
/// and access tokens of this server and of an OpenID Connect provider.
///
///     AuthStack auth(repository, clock, ids);
///     auth.users.set_first("ann", password);
///     http::Api api({.authenticator = auth.router, .keys = &auth.keys, .tokens = &auth.tokens,
///     …});
///
/// Each member is thread-safe.
struct AuthStack {
  /// All must outlive it. Without a provider, `provided` is null.
  AuthStack(RecordRepository& repository, Clock& clock, IdSource& ids,
            const Users::Options& options = {}, std::unique_ptr<OidcTokens> provided = nullptr)
      : users(options),
        key_objects(repository, clock, ids, std::string(kApiKeysKind)),
        keys(key_objects, clock, ids),
        token_objects(repository, clock, ids, std::string(kTokensKind)),
        token_keys(token_objects, clock, ids),
        verified(clock),
        families(token_objects, clock, ids),
        tokens(families, token_keys, users, verified, clock, ids),
        provider_tokens(std::move(provided)),
        bearers(verified, tokens, provider_tokens.get()),
        router(passwords, keys, bearers, clock) {}
  AuthStack(const AuthStack&) = delete;
  AuthStack& operator=(const AuthStack&) = delete;

  /// What a Sweeper removes of it; it must outlive them.
  [[nodiscard]] std::vector<Sweeper::Sweep> sweeps() {
    return {[this](auto after, const auto& call) { return families.sweep(std::move(after), call); },
            [this](auto after, const auto& call) { return keys.sweep(std::move(after), call); }};
  }

  Users users;
  BasicAuthenticator passwords{users};
  json::SharedObjects key_objects;
  ApiKeys keys;
  json::SharedObjects token_objects;
  TokenKeys token_keys;
  VerifiedTokens verified;
  TokenFamilies families;
  Tokens tokens;
  const std::unique_ptr<OidcTokens> provider_tokens;  ///< Null: there is no provider.
  BearerAuthenticator bearers;
  CredentialRouter router;
};

}  // namespace dropzone::auth
