#include <dropzone/auth/verified_tokens.h>

#include <utility>

#include <dropzone/crypto/random_bytes.h>

namespace dropzone::server {
namespace {

constexpr std::size_t kKeyBytes = 32;

}  // namespace

VerifiedTokens::VerifiedTokens(Clock& clock)
    : clock_(clock), hash_(crypto::random_bytes(kKeyBytes)) {}

std::optional<Principal> VerifiedTokens::recall(std::string_view token) {
  auto entry = believed_.find(mark_of(token));
  if (!entry || entry->expires_at <= clock_.now()) return std::nullopt;
  return std::move(entry->principal);
}

void VerifiedTokens::remember(std::string_view token, TokenHolder holder, const Moment& since) {
  believed_.keep(mark_of(token), {std::move(holder.principal), holder.expires_at}, since,
                 holder.believed);
}

std::string VerifiedTokens::mark_of(std::string_view token) const {
  return std::string(crypto::bytes_of(hash_(token)));
}

}  // namespace dropzone::server
