#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/auth/principal.h>
#include <dropzone/call/call_options.h>
#include <dropzone/result.h>
#include <dropzone/value/timestamp.h>

namespace dropzone {

/// What a client gets for its credentials.
struct TokenPair {
  std::string access_token;  ///< For the Authorization header, as `Bearer`.
  std::chrono::seconds expires_in{0};
  std::string refresh_token;  ///< Valid once, for the next pair.
};

/// A log-in that still has valid tokens: all those that descend from it.
struct TokenSession {
  std::string id;  ///< No secret: it is the claim `sid` of the access tokens.
  std::string user;
  Timestamp began_at;
  Timestamp refreshed_at;  ///< When its latest refresh token was issued.
  Timestamp expires_at;    ///< Unless it is refreshed.
};

/// Issues and revokes tokens. Thread-safe; other failures are those of the store.
class TokenService {
 public:
  virtual ~TokenService() = default;

  /// A first pair for this principal, with what they were granted.
  virtual Result<TokenPair> issue(const Principal& principal, const CallOptions& options) = 0;

  struct Refreshed {
    std::string user;  ///< The user of the refresh token; unverified if it fails.
    Result<TokenPair> pair;
    bool ended = false;  ///< Whether it was used before, which ends its family.
  };
  /// The next pair; for half a minute the same token returns the same pair, for a client whose
  /// answer was lost. `unauthenticated` if the refresh token is unknown, has expired or was used
  /// before. Reuse means theft: the whole token family is revoked.
  virtual Refreshed refresh(const std::string& refresh_token, const CallOptions& options) = 0;

  /// Revokes a token of either sort with its whole family, and returns its owner. Revoking an
  /// unknown or expired token succeeds and returns an empty user. Effective at once on this
  /// instance, on others within five seconds.
  virtual Result<std::string> revoke(const std::string& token, const CallOptions& options) = 0;

  /// The sessions of a user, or of all users if none is named; those that were refreshed last come
  /// first.
  virtual Result<std::vector<TokenSession>> sessions(const std::optional<std::string>& user,
                                                     const CallOptions& options) = 0;

  /// Revokes all tokens of a session, if it is this user's or none is named. False if there is no
  /// such session. Effective as revoke() is.
  virtual Result<bool> end_session(const std::string& id, const std::optional<std::string>& user,
                                   const CallOptions& options) = 0;

  /// The JSON Web Key Set by which others can check access tokens.
  virtual Result<std::string> key_set(const CallOptions& options) = 0;
};

}  // namespace dropzone
