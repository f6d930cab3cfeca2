#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/mutex.h>

namespace dropzone::crypto {

/// A name and a password that somebody sends.
struct Credentials {
  std::string_view name;
  std::string_view password;
  std::string_view client;  ///< Where they come from: a network.
};

/// Checks whether a name and password belong together, against slow hashes, yet at the price of one
/// keyed hash once a client has shown them. Thread-safe.
///
/// Neither passwords nor anything derived from them alone is kept beyond the call: what is kept
/// is an HMAC under a random key of this object's own. An unknown user takes as long to refuse as a
/// wrong password.
class CredentialVerifier {
 public:
  struct Options {
    /// How many verified credentials are remembered, at least.
    std::size_t remembered = 10'000;
  };
  using Hashes = std::map<std::string, std::string, std::less<>>;

  CredentialVerifier();
  explicit CredentialVerifier(Options options);

  /// Adds a user whose password is known as it is. The right one is recalled from everywhere, a
  /// wrong one costs a slow hash as with others. Takes a slow hash itself.
  void set_first(std::string_view name, std::string_view password);

  /// Replaces the other users, by their names, with their slow hashes. Holds at once: a password
  /// that is no longer right is refused by every call that begins later. What was verified against
  /// a hash that stays is still remembered.
  void set_hashes(const Hashes& hashes);

  /// True if this client has shown these credentials before and they are still right. Takes
  /// about a microsecond. False says nothing: ask verify(). Precondition: `mark` is
  /// cache_key_of(sent).
  [[nodiscard]] bool recall(const Credentials& sent, const Sha256& mark) const;
  [[nodiscard]] bool recall(const Credentials& sent) const {
    return recall(sent, cache_key_of(sent));
  }

  /// Whether they are right; remembers it if they are. Takes as long as a slow hash, whatever they
  /// are. How many are computed at a time is for the caller to bound.
  [[nodiscard]] bool verify(const Credentials& sent);

  /// A keyed hash of the name and password, for this process. Nobody can find others with the
  /// same hash.
  [[nodiscard]] Sha256 cache_key_of(const Credentials& sent) const;

  /// A text that changes when the user's password changes, and is the same on all instances.
  /// It is a slow hash, and a secret. Nothing if there is no such user.
  [[nodiscard]] std::optional<std::string> hash_of(std::string_view name) const;

 private:
  /// A password of a user. Each has a number of its own, so that what was verified against one
  /// says nothing about the next.
  struct Password {
    std::string hash;
    std::uint64_t number = 0;
  };
  /// The numbers of passwords, by mark and client.
  using Marks = std::unordered_map<std::string, std::uint64_t>;

  [[nodiscard]] const Password* find(std::string_view name) const DROPZONE_REQUIRES_SHARED(mutex_);
  void remember(const Credentials& sent, std::uint64_t number);

  const std::size_t remembered_;
  const KeyedHash keyed_hash_;

  mutable SharedMutex mutex_;
  std::string first_name_ DROPZONE_GUARDED_BY(mutex_);
  Password first_ DROPZONE_GUARDED_BY(mutex_);  ///< Its hash is empty if there is no first user.
  Sha256 first_mark_ DROPZONE_GUARDED_BY(mutex_){};  ///< Of its credentials.
  std::map<std::string, Password, std::less<>> passwords_ DROPZONE_GUARDED_BY(mutex_);
  std::uint64_t last_number_ DROPZONE_GUARDED_BY(mutex_) = 0;
  Marks recent_ DROPZONE_GUARDED_BY(
      mutex_);  ///< When full, these become the older ones, and the older ones are forgotten.
  Marks older_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::crypto
