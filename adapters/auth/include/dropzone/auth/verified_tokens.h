#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/auth/expiring_cache.h>
#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/http/rest/authenticator.h>
#include <dropzone/store/clock.h>

namespace dropzone::auth {

/// Whose a good access token is.
struct TokenHolder {
  Principal principal;
  Timestamp expires_at;           ///< From then on it is no good.
  std::chrono::seconds believed;  ///< So long nothing of it need be looked up again.
};

/// Access tokens that were verified a short while ago, by whomever they were made: a request with
/// one of these costs a keyed hash. Tokens themselves are not kept. Bounded. Thread-safe.
class VerifiedTokens {
 public:
  /// The clock must outlive this object.
  explicit VerifiedTokens(Clock& clock);

  /// Whose this token is, where that is believed still. Never blocks.
  [[nodiscard]] std::optional<Principal> recall(std::string_view token);

  /// The moment before what a token is good for is looked up.
  [[nodiscard]] Epoch now() const { return believed_.epoch(); }

  /// Believes what was found out since this moment, unless all was forgotten meanwhile.
  void remember(std::string_view token, TokenHolder holder, const Epoch& since);

  /// Whatever was taken back since it was verified is looked up again.
  void forget_all() { believed_.revoke_all(); }

 private:
  struct Entry {
    Principal principal;
    Timestamp expires_at;
  };

  [[nodiscard]] std::string cache_key(std::string_view token) const;

  Clock& clock_;
  const crypto::KeyedHash hash_;
  ExpiringCache<Entry> believed_;  ///< By the tokens' keyed hashes.
};

}  // namespace dropzone::auth
