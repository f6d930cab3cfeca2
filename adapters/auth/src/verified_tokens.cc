#include <dropzone/auth/verified_tokens.h>

#include <utility>

#include <dropzone/crypto/random_bytes.h>

namespace dropzone::auth {
namespace {

constexpr std::size_t kKeyBytes = 32;

}  // namespace

VerifiedTokens::VerifiedTokens(Clock& clock)
    : clock_(clock), hash_(crypto::random_bytes(kKeyBytes)) {}

std::optional<Principal> VerifiedTokens::recall(std::string_view token) {
  auto entry = cache_.find(cache_key(token));
  if (!entry || entry->expires_at <= clock_.now()) return std::nullopt;
  return std::move(entry->principal);
}

void VerifiedTokens::remember(std::string_view token, TokenHolder holder, const Epoch& since) {
  cache_.keep(cache_key(token), {std::move(holder.principal), holder.expires_at}, since,
              holder.ttl);
}

std::string VerifiedTokens::cache_key(std::string_view token) const {
  return std::string(crypto::bytes_of(hash_(token)));
}

}  // namespace dropzone::auth
