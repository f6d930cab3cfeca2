#include <dropzone/auth/users.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/text/base64.h>

namespace dropzone::auth {
namespace {

using crypto::Credentials;
using std::chrono::steady_clock;

// The outcome of a turn.
constexpr int kWrong = 0;
constexpr int kRight = 1;
constexpr int kDelayed = 2;

Error wrong() { return {ErrorCode::unauthenticated, "The user or the password is wrong."}; }

Guess guess_of(const Credentials& sent, const Sha256& mark) {
  Guess guess{.network = sent.client, .user = sent.name};
  std::memcpy(&guess.mark, mark.data(), sizeof guess.mark);
  return guess;
}

UserChanges changes_between(const UserTable& before, const UserTable& after) {
  UserChanges changes;
  for (const auto& [name, user] : after) {
    const auto found = before.find(name);
    if (found == before.end()) {
      changes.added.push_back(name);
    } else if (found->second != user) {
      changes.changed.push_back(name);
      if (found->second.password_hash != user.password_hash) changes.invalidated.push_back(name);
    }
  }
  for (const auto& [name, user] : before) {
    if (after.contains(name)) continue;
    changes.removed.push_back(name);
    changes.invalidated.push_back(name);
  }
  return changes;
}

}  // namespace

Users::Users(const Options& options)
    : delay_(options.delay),
      turns_({.at_a_time = std::max(1u, std::thread::hardware_concurrency()),
              .callers = std::max<std::size_t>(1, options.callers)}) {}

void Users::set_first(std::string_view name, std::string_view password) {
  verifier_.set_first(name, password);
  const WriteLock lock(mutex_);
  first_ = name;
  ++revocations_;
}

UserChanges Users::set(UserTable table) {
  crypto::CredentialVerifier::Hashes hashes;
  for (const auto& [name, user] : table) hashes.emplace(name, user.password_hash);
  // Between the two a user who is new has no grants yet, and a removed user has none any more.
  {
    const WriteLock lock(mutex_);
    table_.swap(table);
  }
  verifier_.set_hashes(hashes);
  ++revocations_;  // Not before: who is recognised meanwhile may still be by what was there.
  const ReadLock lock(mutex_);
  return changes_between(table, table_);
}

std::optional<Result<Grants>> Users::recall(const Credentials& sent) {
  const Sha256 mark = verifier_.cache_key_of(sent);
  const Guess guess = guess_of(sent, mark);
  // First: during a delay the right password reveals nothing.
  if (auto refusal = delayed(guess)) return Result<Grants>(*std::move(refusal));
  if (verifier_.recall(sent, mark)) {
    if (auto grants = find(sent.name)) return Result<Grants>(*std::move(grants));
  }
  delay_.begin(guess, steady_clock::now(), is_first(sent.name));
  return std::nullopt;
}

Result<Grants> Users::verify(const Credentials& sent, const CallOptions& options) {
  if (auto recalled = recall(sent)) return *std::move(recalled);
  const Sha256 mark = verifier_.cache_key_of(sent);
  const Guess guess = guess_of(sent, mark);
  const auto judged =
      turns_.run(std::string(sent.client), mark, options, [&] { return judge(sent, guess); });
  if (!judged) return judged.error();
  if (*judged == kDelayed) return delayed(guess).value_or(wrong());
  auto grants = *judged == kRight ? find(sent.name) : std::nullopt;
  if (!grants) return wrong();
  return *std::move(grants);
}

Turn Users::judge(const Credentials& sent, const Guess& guess) {
  // Those who were judged meanwhile may have made this one wait.
  if (delayed(guess)) return {.outcome = kDelayed};
  const bool right = verifier_.recall(sent) || verifier_.verify(sent);
  const auto now = steady_clock::now();
  if (right) {
    delay_.succeeded(guess, now);
    return {.outcome = kRight};
  }
  delay_.failed(guess, now);
  return {.outcome = kWrong, .pace = delay_.pace(guess.network, now)};
}

std::optional<Error> Users::delayed(const Guess& guess) {
  const auto left = delay_.left(guess, steady_clock::now());
  if (left.count() <= 0) return std::nullopt;
  return Error{.code = ErrorCode::rate_limited,
               .detail = "There were too many wrong passwords for this user from this address.",
               .retry_after = static_cast<int>(left.count())};
}

std::optional<Grants> Users::find(std::string_view name) const {
  const ReadLock lock(mutex_);
  if (!first_.empty() && name == first_) return Grants::all();
  const auto found = table_.find(name);
  if (found == table_.end()) return std::nullopt;
  return found->second.grants;
}

std::optional<std::string> Users::fingerprint(std::string_view name, std::string_view key) const {
  const auto hash = verifier_.hash_of(name);
  if (!hash) return std::nullopt;
  const Sha256 print = crypto::KeyedHash(key)(std::string(name) + "\n" + *hash);
  return base64_encode(crypto::bytes_of(print), Base64::url);
}

bool Users::nobody() const {
  const ReadLock lock(mutex_);
  return first_.empty() && table_.empty();
}

bool Users::is_first(std::string_view name) const {
  const ReadLock lock(mutex_);
  return !first_.empty() && name == first_;
}

}  // namespace dropzone::auth
