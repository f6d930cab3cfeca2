#include "access/users.h"

#include <chrono>
#include <mutex>
#include <utility>

namespace dropzone::server {
namespace {

UserChanges changes_between(const UserTable& before, const UserTable& after) {
  UserChanges changes;
  for (const auto& [name, user] : after) {
    const auto found = before.find(name);
    if (found == before.end()) {
      changes.added.push_back(name);
    } else if (found->second != user) {
      changes.changed.push_back(name);
    }
  }
  for (const auto& [name, user] : before) {
    if (!after.contains(name)) changes.removed.push_back(name);
  }
  return changes;
}

}  // namespace

void Users::add_first(std::string_view name, std::string_view password) {
  verifier_.add_plain(name, password);
  const std::unique_lock lock(mutex_);
  first_ = name;
}

UserChanges Users::set(UserTable table) {
  crypto::CredentialVerifier::Hashes hashes;
  for (const auto& [name, user] : table) hashes.emplace(name, user.password_hash);
  // Between the two a user who is new has no grants yet, and one who is gone has none any more.
  {
    const std::unique_lock lock(mutex_);
    table_.swap(table);
  }
  verifier_.set_hashes(std::move(hashes));
  const std::shared_lock lock(mutex_);
  return changes_between(table, table_);
}

std::optional<http::Grants> Users::recall(std::string_view name, std::string_view password) const {
  if (!verifier_.recall(name, password)) return std::nullopt;
  return find(name);
}

Result<http::Grants> Users::verify(std::string_view name, std::string_view password,
                                   std::string_view network) {
  using std::chrono::steady_clock;
  if (const auto left = delay_.left(network, name, steady_clock::now()); left.count() > 0) {
    return Error{.code = ErrorCode::rate_limited,
                 .detail = "There were too many wrong passwords for this user from this address.",
                 .retry_after = static_cast<int>(left.count())};
  }
  if (const auto verified = verifier_.verify(name, password); !verified) {
    if (verified.error().code == ErrorCode::unauthenticated) {
      delay_.failed(network, name, steady_clock::now());
    }
    return verified.error();
  }
  delay_.succeeded(network, name);
  auto grants = find(name);
  if (!grants) return Error{ErrorCode::unauthenticated, "The user or the password is wrong."};
  return *std::move(grants);
}

std::optional<http::Grants> Users::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  if (!first_.empty() && name == first_) return http::Grants::all();
  const auto found = table_.find(name);
  if (found == table_.end()) return std::nullopt;
  return found->second.grants;
}

}  // namespace dropzone::server
