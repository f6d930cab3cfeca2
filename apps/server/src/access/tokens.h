#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <dropzone/http/token_service.h>

#include "access/shared_objects.h"
#include "access/token_keys.h"
#include "access/users.h"
#include "access/verified_tokens.h"

namespace dropzone::server {

/// Where tokens' keys and families are kept.
inline constexpr std::string_view kTokensKind = "_dropzone_tokens";

/// Access and refresh tokens for users, good on all instances over the same store.
///
/// An access token is a JWT (RFC 9068, ES256) that lives for minutes. A refresh token is good once;
/// one that is used again ends its family: all tokens that came of the same password. What an
/// access token opens is what its user may do now, not when it was made. Thread-safe.
class Tokens final : public http::TokenService {
 public:
  struct Options {
    std::chrono::seconds access_life{300};
    std::chrono::seconds refresh_life{30 * 24 * 3'600};
  };

  /// All must outlive this object.
  Tokens(SharedObjects& objects, TokenKeys& keys, Users& users, VerifiedTokens& verified,
         Clock& clock, IdSource& ids)
      : Tokens(objects, keys, users, verified, clock, ids, Options{}) {}
  Tokens(SharedObjects& objects, TokenKeys& keys, Users& users, VerifiedTokens& verified,
         Clock& clock, IdSource& ids, Options options)
      : objects_(objects),
        keys_(keys),
        users_(users),
        verified_(verified),
        clock_(clock),
        ids_(ids),
        options_(options) {}

  /// Whose this access token is. `unauthenticated`; others are failures of the store.
  Result<TokenHolder> check(std::string_view token);

  Result<http::TokenPair> issue(const http::Principal& principal, Deadline deadline) override;
  Refreshed refresh(const std::string& refresh_token, Deadline deadline) override;
  Result<std::string> revoke(const std::string& token, Deadline deadline) override;
  Result<std::string> key_set(Deadline deadline) override;

 private:
  struct Claims {
    std::string user;
    std::string family;
    Timestamp expires_at;
  };
  Result<Claims> verify(std::string_view token, Deadline deadline);
  Result<http::TokenPair> next_pair(const SharedObjects::Found& family, const std::string& user,
                                    std::string_view refresh_token, Deadline deadline);
  Result<http::TokenPair> pair(const std::string& user, const std::string& family,
                               std::string refresh_token, Deadline deadline);
  Object family_object(const std::string& user, std::string_view secret);
  Result<void> end_family(const std::string& family, Deadline deadline);

  SharedObjects& objects_;
  TokenKeys& keys_;
  Users& users_;
  VerifiedTokens& verified_;
  Clock& clock_;
  IdSource& ids_;
  const Options options_;
};

}  // namespace dropzone::server
