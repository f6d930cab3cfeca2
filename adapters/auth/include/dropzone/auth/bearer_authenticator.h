#pragma once

#include <cstdint>

#include <dropzone/auth/oidc_tokens.h>
#include <dropzone/auth/tokens.h>
#include <dropzone/auth/verified_tokens.h>
#include <dropzone/http/rest/authenticator.h>

namespace dropzone::auth {

/// Admits clients by an access token (RFC 6750), of this server or of the configured OpenID Connect
/// provider. Thread-safe.
class BearerAuthenticator final : public http::Authenticator {
 public:
  /// All must outlive this object. Without a provider, `provided` is null.
  BearerAuthenticator(VerifiedTokens& verified, Tokens& own, OidcTokens* provided)
      : verified_(verified), own_(own), provided_(provided) {}

  std::optional<Result<Principal>> recognise(const http::Request& request) override;
  Result<Principal> authenticate(const http::Request& request) override;
  [[nodiscard]] std::uint64_t revocations() const noexcept override {
    return verified_.revocations();
  }
  /// The name of the token's subject in this server: at most 100 bytes of it, without control
  /// characters.
  [[nodiscard]] std::string claimed(const http::Request& request) const override;

 private:
  [[nodiscard]] bool is_provided(std::string_view token) const;
  Result<TokenHolder> holder_of(std::string_view token, const CallOptions& options);

  VerifiedTokens& verified_;
  Tokens& own_;
  OidcTokens* const provided_;
};

}  // namespace dropzone::auth
