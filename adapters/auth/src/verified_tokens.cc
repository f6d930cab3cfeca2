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
  auto principal = cache_.find(cache_key(token));
  if (!principal || principal->has_expired(clock_.now())) return std::nullopt;
  return principal;
}

void VerifiedTokens::remember(std::string_view token, TokenHolder holder, const Epoch& since) {
  cache_.keep(cache_key(token), std::move(holder.principal), since, holder.ttl);
}

std::string VerifiedTokens::cache_key(std::string_view token) const {
  return std::string(crypto::bytes_of(hash_(token)));
}

}  // namespace dropzone::auth
