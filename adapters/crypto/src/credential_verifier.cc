#include <dropzone/crypto/credential_verifier.h>

#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

#include <dropzone/crypto/password_hash.h>
#include <dropzone/crypto/random_bytes.h>

namespace dropzone::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32;

Result<void> result_of(bool accepted) {
  if (accepted) return {};
  return Error{ErrorCode::unauthenticated, "The user or the password is wrong."};
}

}  // namespace

CredentialVerifier::CredentialVerifier() : CredentialVerifier(Options{}) {}

CredentialVerifier::CredentialVerifier(Options options)
    : concurrent_hashes_(options.concurrent_hashes != 0
                             ? options.concurrent_hashes
                             : std::max(1u, std::thread::hardware_concurrency())),
      remembered_(options.remembered),
      keyed_hash_(random_bytes(kKeyBytes)) {}

void CredentialVerifier::add_plain(std::string_view name, std::string_view password) {
  const Sha256 pair = pair_of(name, password);
  const std::unique_lock lock(mutex_);
  plain_.insert(pair);
}

void CredentialVerifier::set_hashes(Hashes hashes) {
  const std::lock_guard verdicts_lock(verdicts_mutex_);
  const std::unique_lock lock(mutex_);
  verdicts_.clear();  // Those who wait for one still get it; who comes later must not.
  hashes_ = std::move(hashes);
  ++generation_;
  recent_.clear();
  older_.clear();
}

bool CredentialVerifier::recall(std::string_view name, std::string_view password) const {
  return knows(pair_of(name, password));
}

Result<void> CredentialVerifier::verify(std::string_view name, std::string_view password) {
  const Sha256 pair = pair_of(name, password);
  std::promise<bool> verdict;
  std::shared_future<bool> verdict_of_another;
  {
    const std::lock_guard lock(verdicts_mutex_);
    if (knows(pair)) return {};
    if (!has_hashes()) return result_of(false);
    if (const auto found = verdicts_.find(pair); found != verdicts_.end()) {
      verdict_of_another = found->second;
    } else if (verdicts_.size() >= concurrent_hashes_) {
      return Error{ErrorCode::rate_limited,
                   "Too many passwords are being checked just now. Try again in a second."};
    } else {
      verdicts_.emplace(pair, verdict.get_future().share());
    }
  }
  if (verdict_of_another.valid()) return result_of(verdict_of_another.get());

  const bool accepted = compute(pair, name, password);
  verdict.set_value(accepted);
  return result_of(accepted);
}

bool CredentialVerifier::compute(const Sha256& pair, std::string_view name,
                                 std::string_view password) {
  struct Removal {
    CredentialVerifier& verifier;
    const Sha256& pair;
    ~Removal() {
      const std::lock_guard lock(verifier.verdicts_mutex_);
      verifier.verdicts_.erase(pair);
    }
  } const removal{*this, pair};

  std::string hash;
  bool known = false;
  std::size_t generation = 0;
  {
    const std::shared_lock lock(mutex_);
    if (hashes_.empty()) return false;
    const auto found = hashes_.find(name);
    known = found != hashes_.end();
    hash = known ? found->second : hashes_.begin()->second;  // An unknown user takes as long.
    generation = generation_;
  }
  const bool accepted = verify_password(hash, password) && known;
  if (accepted) remember(pair, generation);
  return accepted;
}

Sha256 CredentialVerifier::pair_of(std::string_view name, std::string_view password) const {
  std::string message = std::to_string(name.size());
  message.append(":").append(name).append(password);
  return keyed_hash_(message);
}

bool CredentialVerifier::knows(const Sha256& pair) const {
  const std::shared_lock lock(mutex_);
  return plain_.contains(pair) || recent_.contains(pair) || older_.contains(pair);
}

bool CredentialVerifier::has_hashes() const {
  const std::shared_lock lock(mutex_);
  return !hashes_.empty();
}

void CredentialVerifier::remember(const Sha256& pair, std::size_t generation) {
  const std::unique_lock lock(mutex_);
  if (generation != generation_) return;
  if (recent_.size() >= remembered_) older_ = std::exchange(recent_, {});
  recent_.insert(pair);
}

std::size_t CredentialVerifier::HashOfHash::operator()(const Sha256& hash) const noexcept {
  std::size_t bits = 0;
  std::memcpy(&bits, hash.data(), sizeof bits);
  return bits;
}

}  // namespace dropzone::crypto
