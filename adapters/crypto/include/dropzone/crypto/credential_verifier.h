#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/result.h>

namespace dropzone::crypto {

/// Tells whether a name and password belong together, against slow hashes, yet at the price of one
/// keyed hash once a pair has been verified. Thread-safe.
///
/// Neither passwords nor anything that tells them apart is kept beyond the call: what is remembered
/// is an HMAC under a random key of this object's own. An unknown user takes as long to refuse as a
/// wrong password.
class CredentialVerifier {
 public:
  struct Options {
    /// How many slow hashes are computed at a time; 0: one a core. The excess is `rate_limited`.
    std::size_t concurrent_hashes = 0;
    /// How many verified pairs are remembered, at least.
    std::size_t remembered = 10'000;
  };
  using Hashes = std::map<std::string, std::string, std::less<>>;

  CredentialVerifier();
  explicit CredentialVerifier(Options options);

  /// Accepts this pair as well, by its keyed hash alone.
  void add_plain(std::string_view name, std::string_view password);

  /// Replaces the users, by their names, with their slow hashes, and forgets what was verified.
  /// Holds at once: a password that is no longer right is refused by every call that begins later.
  void set_hashes(Hashes hashes);

  /// True where the pair is known to be right already. Takes well under a microsecond. False says
  /// nothing: ask verify().
  [[nodiscard]] bool recall(std::string_view name, std::string_view password) const;

  /// May take as long as a slow hash; calls with one and the same pair share one. Failures:
  /// `unauthenticated`; `rate_limited` where all slots for slow hashes are taken.
  [[nodiscard]] Result<void> verify(std::string_view name, std::string_view password);

 private:
  struct HashOfHash {
    std::size_t operator()(const Sha256& hash) const noexcept;
  };
  using Pairs = std::unordered_set<Sha256, HashOfHash>;
  using Verdicts = std::unordered_map<Sha256, std::shared_future<bool>, HashOfHash>;

  [[nodiscard]] Sha256 pair_of(std::string_view name, std::string_view password) const;
  [[nodiscard]] bool knows(const Sha256& pair) const;
  [[nodiscard]] bool has_hashes() const;
  bool compute(const Sha256& pair, std::string_view name, std::string_view password);
  void remember(const Sha256& pair, std::size_t generation);

  const std::size_t concurrent_hashes_;
  const std::size_t remembered_;
  const KeyedHash keyed_hash_;

  mutable std::shared_mutex mutex_;
  Pairs plain_;
  Hashes hashes_;
  std::size_t generation_ = 0;  ///< Of `hashes_`.
  Pairs recent_;  ///< When full, these become the older ones, and the older ones are forgotten.
  Pairs older_;

  std::mutex verdicts_mutex_;
  Verdicts verdicts_;  ///< Those that are being computed.
};

}  // namespace dropzone::crypto
