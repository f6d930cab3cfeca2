#include "access/verified_tokens.h"

#include <utility>

#include <dropzone/crypto/random_bytes.h>

namespace dropzone::server {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kRemembered = 10'000;

}  // namespace

VerifiedTokens::VerifiedTokens(Clock& clock)
    : clock_(clock), hash_(crypto::random_bytes(kKeyBytes)) {}

std::optional<http::Principal> VerifiedTokens::recall(std::string_view token) {
  const std::string mark = mark_of(token);
  const std::lock_guard lock(mutex_);
  for (const Entries* entries : {&recent_, &older_}) {
    const auto found = entries->find(mark);
    if (found == entries->end() || found->second.until <= steady_clock::now()) continue;
    if (found->second.expires_at > clock_.now()) return found->second.principal;
  }
  return std::nullopt;
}

VerifiedTokens::Moment VerifiedTokens::now() {
  const std::lock_guard lock(mutex_);
  return {steady_clock::now(), generation_};
}

void VerifiedTokens::remember(std::string_view token, TokenHolder holder, const Moment& since) {
  std::string mark = mark_of(token);
  const std::lock_guard lock(mutex_);
  if (since.generation != generation_) return;
  if (recent_.size() >= kRemembered) older_ = std::exchange(recent_, {});
  recent_.insert_or_assign(std::move(mark), Entry{std::move(holder.principal), holder.expires_at,
                                                  since.time + holder.believed});
}

void VerifiedTokens::forget_all() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  recent_.clear();
  older_.clear();
}

std::string VerifiedTokens::mark_of(std::string_view token) const {
  return std::string(crypto::bytes_of(hash_(token)));
}

}  // namespace dropzone::server
