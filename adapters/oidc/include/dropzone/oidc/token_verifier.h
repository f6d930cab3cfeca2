#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <dropzone/oidc/provider.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/value/timestamp.h>
#include <dropzone/value/value.h>

namespace dropzone::oidc {

/// A valid token.
struct VerifiedToken {
  std::string subject;  ///< `sub`: at most 255 characters, none of them a control character.
  Object claims;        ///< All of them.
  Timestamp good_until;
};

/// Verifies the tokens of an OpenID Connect provider, by the keys that it publishes (OpenID Connect
/// Discovery 1.0). Its own thread fetches and renews them; no call does so itself.
/// Thread-safe.
class TokenVerifier {
 public:
  /// Begins to fetch the keys, and does not wait for them. The clock must outlive the verifier.
  /// Precondition: check_issuer() accepts the issuer.
  TokenVerifier(Provider provider, Clock& clock);

  /// Cancels a fetch in progress.
  ~TokenVerifier();
  TokenVerifier(const TokenVerifier&) = delete;
  TokenVerifier& operator=(const TokenVerifier&) = delete;

  /// Checks signature, type, issuer, audience and times of a JWT. A token with an unknown key waits
  /// a little if the keys may be fetched just now; only a few calls wait at a time.
  /// `unauthenticated` says what is wrong with the token; `unavailable` if the provider's keys
  /// cannot be had, or are being fetched for others.
  [[nodiscard]] Result<VerifiedToken> verify(std::string_view token);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropzone::oidc
