#pragma once

#include <chrono>
#include <string>

#include <dropzone/call/call_options.h>
#include <dropzone/auth/principal.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// What a client gets for its credentials.
struct TokenPair {
  std::string access_token;  ///< For the Authorization header, as `Bearer`.
  std::chrono::seconds expires_in{0};
  std::string refresh_token;  ///< Good once, for the next pair.
};

/// Gives out tokens, and takes them back. Thread-safe; other failures are those of the store.
class TokenService {
 public:
  virtual ~TokenService() = default;

  /// A first pair for this principal, with what he was granted.
  virtual Result<TokenPair> issue(const Principal& principal, const CallOptions& options) = 0;

  struct Refreshed {
    std::string user;  ///< Whom the refresh token names, who need not be believed if it fails.
    Result<TokenPair> pair;
    bool ended = false;  ///< Whether it was used before, which ends what came of it.
  };
  /// The next pair; for half a minute the same token brings the same next one, for a client whose
  /// answer was lost. `unauthenticated` where the refresh token is none, has expired or was used
  /// before: then somebody else may have it, and all tokens that came of it are no good any more.
  virtual Refreshed refresh(const std::string& refresh_token, const CallOptions& options) = 0;

  /// Takes back a token of either sort with all that came of the same credentials, and returns
  /// whose they were. One that is none, or has expired, is as good as taken back: empty. At once on
  /// this instance, on others within five seconds.
  virtual Result<std::string> revoke(const std::string& token, const CallOptions& options) = 0;

  /// The JSON Web Key Set by which others can check access tokens.
  virtual Result<std::string> key_set(const CallOptions& options) = 0;
};

}  // namespace dropzone::http
