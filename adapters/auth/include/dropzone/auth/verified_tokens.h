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

/// The owner of a valid access token.
struct TokenHolder {
  Principal principal;       ///< Says when the token ends.
  std::chrono::seconds ttl;  ///< How long to cache it.
};

/// Cache of access tokens that were verified a short while ago, whoever issued them: a request with
/// one of these costs a keyed hash. Tokens themselves are not kept. Bounded. Thread-safe.
class VerifiedTokens {
 public:
  /// The clock must outlive this object.
  explicit VerifiedTokens(Clock& clock);

  /// The token's owner, if it is cached. Never blocks.
  [[nodiscard]] std::optional<Principal> recall(std::string_view token);

  /// The moment before the token is looked up.
  [[nodiscard]] Epoch now() const { return cache_.epoch(); }

  /// Caches what was looked up since this moment, unless forget_all() was called meanwhile.
  void remember(std::string_view token, TokenHolder holder, const Epoch& since);

  [[nodiscard]] std::uint64_t revocations() const noexcept { return cache_.revocations(); }

  /// Makes every token be looked up again, as some may have been revoked.
  void forget_all() { cache_.revoke_all(); }

 private:
  [[nodiscard]] std::string cache_key(std::string_view token) const;

  Clock& clock_;
  const crypto::KeyedHash hash_;
  ExpiringCache<Principal> cache_;  ///< By the tokens' keyed hashes.
};

}  // namespace dropzone::auth
