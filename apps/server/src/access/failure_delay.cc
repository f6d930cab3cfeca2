#include "access/failure_delay.h"

#include <algorithm>
#include <string>
#include <utility>

#include <dropzone/crypto/random_bytes.h>

namespace dropzone::server {
namespace {

constexpr std::size_t kKeyBytes = 32;

}  // namespace

using std::chrono::seconds;

FailureDelay::FailureDelay(Options options)
    : options_(options), hash_(crypto::random_bytes(kKeyBytes)) {}

seconds FailureDelay::left(std::string_view network, std::string_view user, Time now) {
  const std::lock_guard lock(mutex_);
  const Failures* const failures = find(key_of(network, user));
  if (failures == nullptr || failures->until <= now) return seconds(0);
  return std::chrono::ceil<seconds>(failures->until - now);
}

void FailureDelay::failed(std::string_view network, std::string_view user, Time now) {
  const std::string key = key_of(network, user);
  const std::lock_guard lock(mutex_);
  Failures failures;
  if (const Failures* const before = find(key)) failures = *before;
  // A guess that began before another one failed is no further reason to wait.
  if (failures.until > now) return;
  if (++failures.count > options_.free_failures) {
    const std::size_t doublings =
        std::min<std::size_t>(failures.count - options_.free_failures - 1, 20);
    failures.until = now + std::min(options_.longest, options_.first * (1 << doublings));
  }
  if (recent_.size() >= options_.remembered && !recent_.contains(key)) {
    older_ = std::exchange(recent_, {});
  }
  recent_[key] = failures;
}

void FailureDelay::succeeded(std::string_view network, std::string_view user) {
  const std::string key = key_of(network, user);
  const std::lock_guard lock(mutex_);
  recent_.erase(key);
  older_.erase(key);
}

std::string FailureDelay::key_of(std::string_view network, std::string_view user) const {
  std::string pair(network);
  pair.append("\n").append(user);
  return std::string(crypto::bytes_of(hash_(pair)));
}

FailureDelay::Failures* FailureDelay::find(const std::string& key) {
  for (Pairs* pairs : {&recent_, &older_}) {
    if (const auto found = pairs->find(key); found != pairs->end()) return &found->second;
  }
  return nullptr;
}

}  // namespace dropzone::server
