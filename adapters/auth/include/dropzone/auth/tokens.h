#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <dropzone/auth/token_families.h>
#include <dropzone/auth/token_keys.h>
#include <dropzone/auth/token_service.h>
#include <dropzone/auth/users.h>
#include <dropzone/auth/verified_tokens.h>

namespace dropzone::auth {

/// Where tokens' keys and families are kept.
inline constexpr std::string_view kTokensKind = "_dropzone_tokens";

/// Access and refresh tokens for users, good on all instances over the same store.
///
/// An access token is a JWT (RFC 9068, ES256) that lives for minutes. A refresh token is good once.
/// Within half a minute it brings the same successor again, as its answer may have been lost; one
/// that comes back later ends its family: all tokens that came of the same log-in. A family is good
/// while its user has the password that they logged in with. What an access token opens is what its
/// user may do now, not when it was made. Clocks of instances may differ by a minute. Thread-safe.
class Tokens final : public TokenService {
 public:
  static constexpr std::chrono::seconds kAccessLife{300};

  /// All must outlive this object.
  Tokens(TokenFamilies& families, TokenKeys& keys, Users& users, VerifiedTokens& verified,
         Clock& clock, IdSource& ids)
      : families_(families),
        keys_(keys),
        users_(users),
        verified_(verified),
        clock_(clock),
        ids_(ids) {}

  /// Whose this access token is. `unauthenticated`; others are failures of the store.
  Result<TokenHolder> check(std::string_view token, const CallOptions& options);

  Result<TokenPair> issue(const Principal& principal, const CallOptions& options) override;
  Refreshed refresh(const std::string& refresh_token, const CallOptions& options) override;
  Result<std::string> revoke(const std::string& token, const CallOptions& options) override;
  Result<std::string> key_set(const CallOptions& options) override;

  /// Ends the families of this user that are no good any more, on all instances.
  Result<std::size_t> end_stale(const std::string& user, const CallOptions& options);
  /// The same for each of these users, up to the first failure.
  Result<void> end_stale(const std::vector<std::string>& users, const CallOptions& options);

 private:
  struct Claims {
    std::string user;
    std::string family;
    Timestamp expires_at;
  };
  Result<Claims> verify(std::string_view token, const CallOptions& options);
  Result<TokenPair> next_pair(TokenFamily family, std::string_view secret,
                              const CallOptions& options);
  Result<TokenPair> pair(const std::string& user, const std::string& family,
                         std::string_view secret, const CallOptions& options);
  [[nodiscard]] bool is_good(const TokenFamily& family) const;
  [[nodiscard]] bool is_repeated(const TokenFamily& family, std::string_view secret) const;
  [[nodiscard]] bool is_over(Timestamp end) const;
  Result<void> end_family(const std::string& family, const CallOptions& options);

  TokenFamilies& families_;
  TokenKeys& keys_;
  Users& users_;
  VerifiedTokens& verified_;
  Clock& clock_;
  IdSource& ids_;
};

}  // namespace dropzone::auth
