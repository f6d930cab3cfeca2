#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/auth/token_families.h>
#include <dropzone/auth/token_keys.h>
#include <dropzone/auth/token_service.h>
#include <dropzone/auth/users.h>
#include <dropzone/auth/verified_tokens.h>

namespace dropzone::auth {

/// Where tokens' keys and families are kept.
inline constexpr std::string_view kTokensKind = "_dropzone_tokens";

/// Access and refresh tokens for users, valid on all instances over the same store.
///
/// An access token is a JWT (RFC 9068, ES256) that lives for minutes. A refresh token can be used
/// once. Used again within half a minute, it brings the same successor, as the response may have
/// been lost. Used later, it ends its family: all tokens issued since the same log-in. A family is
/// valid while its user keeps the password that they logged in with. An access token permits what
/// its user may do now, not when it was issued. Clocks of instances may differ by a minute.
/// Thread-safe.
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

  /// The owner of this access token. `unauthenticated`; others are failures of the store.
  Result<TokenHolder> check(std::string_view token, const CallOptions& options);

  Result<TokenPair> issue(const Principal& principal, const CallOptions& options) override;
  Refreshed refresh(const std::string& refresh_token, const CallOptions& options) override;
  Result<std::string> revoke(const std::string& token, const CallOptions& options) override;
  Result<std::vector<TokenSession>> sessions(const std::optional<std::string>& user,
                                             const CallOptions& options) override;
  Result<bool> end_session(const std::string& id, const std::optional<std::string>& user,
                           const CallOptions& options) override;
  Result<std::string> key_set(const CallOptions& options) override;

  /// Ends the families of this user that are no longer valid, on all instances.
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
