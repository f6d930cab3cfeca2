#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/auth/failure_delay.h>
#include <dropzone/auth/grants.h>
#include <dropzone/auth/turn_queue.h>
#include <dropzone/auth/user_changes.h>
#include <dropzone/call/call_options.h>
#include <dropzone/crypto/credential_verifier.h>
#include <dropzone/mutex.h>
#include <dropzone/result.h>

namespace dropzone::auth {

/// A user as a file has them.
struct User {
  std::string password_hash;
  Grants grants;

  friend bool operator==(const User&, const User&) = default;
};
using UserTable = std::map<std::string, User, std::less<>>;

/// Who has a password, and what they may do. Thread-safe.
///
/// Slow hashes are computed one a core at a time, and one for a network; networks take
/// turns. Wrong passwords make their network wait, see FailureDelay.
class Users {
 public:
  struct Options {
    /// Callers that verify at the same time or wait for it; beyond, one is refused.
    std::size_t callers = 48;
    FailureDelay::Options delay = {};
  };

  Users() : Users(Options{}) {}
  explicit Users(const Options& options);

  /// Adds a user who may do everything, known by this password. Takes a slow hash.
  void set_first(std::string_view name, std::string_view password);

  /// Replaces all others by these. Holds at once: also for what was verified before.
  UserChanges set(UserTable table);

  /// How often users were set.
  [[nodiscard]] std::uint64_t revocations() const noexcept { return revocations_; }

  /// The grants of this user if this network has shown the pair before and it is still right;
  /// nothing if that takes verify(). `rate_limited` as there. Costs about a microsecond.
  [[nodiscard]] std::optional<Result<Grants>> recall(const crypto::Credentials& sent);

  /// What the user of this name may do; nothing if there is no such user any more.
  [[nodiscard]] std::optional<Grants> find(std::string_view name) const;

  /// Whether there is no user at all.
  [[nodiscard]] bool nobody() const;

  /// Takes as long as a slow hash, whether there is such a user or not. `unauthenticated`;
  /// `rate_limited` if too many wait, or this network was wrong about this user too often: then
  /// the error says how long to wait, whatever the password is.
  [[nodiscard]] Result<Grants> verify(const crypto::Credentials& sent, const CallOptions& options);

  /// A fingerprint that changes when the user's password changes, or another person gets the
  /// same name; the same on all instances. Without the `key` it reveals nothing about the
  /// password. Nothing if there is no such user.
  [[nodiscard]] std::optional<std::string> fingerprint(std::string_view name,
                                                       std::string_view key) const;

 private:
  [[nodiscard]] bool is_first(std::string_view name) const;
  std::optional<Error> delayed(const Guess& guess);
  Turn judge(const crypto::Credentials& sent, const Guess& guess);

  crypto::CredentialVerifier verifier_;
  FailureDelay delay_;
  TurnQueue turns_;
  mutable SharedMutex mutex_;
  std::string first_ DROPZONE_GUARDED_BY(mutex_);
  UserTable table_ DROPZONE_GUARDED_BY(mutex_);
  std::atomic<std::uint64_t> revocations_{0};
};

}  // namespace dropzone::auth
