#pragma once

#include <string>
#include <string_view>

#include <dropzone/auth/claimed_roles.h>
#include <dropzone/auth/verified_tokens.h>
#include <dropzone/oidc/token_verifier.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>

namespace dropzone::auth {

/// Prefix of the subject of a provider's token, so that it never matches a user.
inline constexpr const char* kProvidedPrefix = "oidc:";

/// Access tokens of an OpenID Connect provider. Roles come from their
/// claims, never from users of this server. Thread-safe.
class OidcTokens {
 public:
  /// Begins to fetch the provider's keys. The clock must outlive this object.
  OidcTokens(oidc::Provider provider, ClaimedRoles roles, Clock& clock)
      : issuer_(provider.issuer), roles_(std::move(roles)), verifier_(std::move(provider), clock) {}

  [[nodiscard]] const std::string& issuer() const noexcept { return issuer_; }

  /// The token's owner: `oidc:` and its subject, so that it never matches a user.
  /// Failures are those of oidc::TokenVerifier.
  Result<TokenHolder> check(std::string_view token);

 private:
  const std::string issuer_;
  const ClaimedRoles roles_;
  oidc::TokenVerifier verifier_;
};

}  // namespace dropzone::auth
