#pragma once

#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/crypto/credential_verifier.h>
#include <dropzone/http/grants.h>
#include <dropzone/result.h>

#include "access/failure_delay.h"

namespace dropzone::server {

/// A user as a file has him.
struct User {
  std::string password_hash;
  http::Grants grants;

  friend bool operator==(const User&, const User&) = default;
};
using UserTable = std::map<std::string, User, std::less<>>;

/// Whom one table has beside another, by name; `changed` have another password or other roles.
struct UserChanges {
  std::vector<std::string> added;
  std::vector<std::string> changed;
  std::vector<std::string> removed;
};

/// Who has a password, and what he may do. Thread-safe.
class Users {
 public:
  /// Adds a user who may do everything, known by this password.
  void add_first(std::string_view name, std::string_view password);

  /// Replaces all others by these. Holds at once: also for what was verified before.
  UserChanges set(UserTable table);

  /// The grants of this user where the pair is known to be right already; nothing else is said by
  /// nothing. Costs well under a microsecond.
  [[nodiscard]] std::optional<http::Grants> recall(std::string_view name,
                                                   std::string_view password) const;

  /// What the user of this name may do; nothing where there is none any more.
  [[nodiscard]] std::optional<http::Grants> find(std::string_view name) const;

  /// Takes as long as a slow hash, whether there is such a user or not. `unauthenticated`;
  /// `rate_limited` where too many hashes are being computed, or this network was wrong about this
  /// user too often: then the error says how long to wait, whatever the password is.
  [[nodiscard]] Result<http::Grants> verify(std::string_view name, std::string_view password,
                                            std::string_view network);

 private:
  crypto::CredentialVerifier verifier_;
  FailureDelay delay_;
  mutable std::shared_mutex mutex_;
  std::string first_;
  UserTable table_;
};

}  // namespace dropzone::server
