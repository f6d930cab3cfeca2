#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/json/shared_objects.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/id_source.h>

namespace dropzone::auth {

/// All tokens issued since one log-in. Of its refresh tokens' secrets the store has the SHA-256 of
/// the latest two, and a seed by which it recognizes every secret issued here, even if long used.
struct TokenFamily {
  json::SharedObjects::Found stored;
  std::string user;
  std::string credential;  ///< A fingerprint of what the user logged in with.
  Timestamp expires_at;
  Timestamp begun_at;    ///< When the user logged in.
  Timestamp rotated_at;  ///< When the latest secret was made.

  /// Whether this secret was ever issued for this family.
  [[nodiscard]] bool has_issued(std::string_view secret) const;
  [[nodiscard]] bool is_current(std::string_view secret) const;
  /// Whether the current secret is the successor of this one.
  [[nodiscard]] bool is_previous(std::string_view secret) const;
  /// The next secret: always the same one, which can be derived only with both the secret and
  /// the store's seed.
  [[nodiscard]] std::string successor(std::string_view secret) const;
};

/// Keeps the families of tokens, shared by all instances. A user has a bounded number; beyond that,
/// the oldest ends. Thread-safe. Failures are those of the store.
class TokenFamilies {
 public:
  struct Options {
    std::chrono::seconds life{30 * 24 * 3'600};  ///< Since the latest secret.
    std::size_t of_user = 100;
  };
  static constexpr std::size_t kSecretLength = 44;

  /// All must outlive this object.
  TokenFamilies(json::SharedObjects& objects, Clock& clock, IdSource& ids)
      : TokenFamilies(objects, clock, ids, Options{}) {}
  TokenFamilies(json::SharedObjects& objects, Clock& clock, IdSource& ids, Options options)
      : objects_(objects), clock_(clock), ids_(ids), options_(options) {}

  struct Begun {
    std::string id;
    std::string secret;
  };
  /// A new family. `credential_of` makes the fingerprint for a family of this id.
  Result<Begun> begin(const std::string& user,
                      const std::function<std::string(const std::string& id)>& credential_of,
                      const CallOptions& options);

  Result<std::optional<TokenFamily>> find(const std::string& id, const CallOptions& options);

  /// Makes the successor of this secret the current one. False if the family has changed since
  /// it was found, or is gone.
  Result<bool> rotate(const TokenFamily& family, std::string_view secret,
                      const CallOptions& options);

  /// The families of a user, or of all users if none is named, in no order.
  Result<std::vector<TokenFamily>> of(const std::optional<std::string>& user,
                                      const CallOptions& options);

  /// False if there was none.
  Result<bool> end(const std::string& id, const CallOptions& options);

  /// Ends the user's families that are no longer valid, and returns how many.
  Result<std::size_t> end_of(const std::string& user,
                             const std::function<bool(const TokenFamily&)>& is_good,
                             const CallOptions& options);

  /// Looks through one page of the objects behind `after`, and erases what expired a day ago.
  /// Returns where the next page begins, if there is one. Safe to run anywhere, and in
  /// several instances at once.
  Result<std::optional<Position>> sweep(std::optional<Position> after, const CallOptions& options);

 private:
  Result<void> enter(const std::string& user, const std::string& id, const CallOptions& options);
  Result<std::vector<std::string>> living(std::vector<std::string> ids, const CallOptions& options);
  Result<bool> is_stale(const json::SharedObjects::Found& found, const CallOptions& options);
  [[nodiscard]] Timestamp end_of_life() const;

  json::SharedObjects& objects_;
  Clock& clock_;
  IdSource& ids_;
  const Options options_;
};

}  // namespace dropzone::auth
