#include <dropzone/auth/oidc_tokens.h>

#include <utility>

namespace dropzone::auth {
namespace {

// Nothing is looked up for such a token, but that its key still counts.
constexpr std::chrono::seconds kTtl{60};

}  // namespace

Result<TokenHolder> OidcTokens::check(std::string_view token) {
  const auto verified = verifier_.verify(token);
  if (!verified) return verified.error();
  return TokenHolder{.principal = {.name = kProvidedPrefix + verified->subject,
                                   .grants = roles_.grants_of(verified->claims),
                                   .credential = Credential::provider_token,
                                   .expires_at = verified->good_until},
                     .ttl = kTtl};
}

}  // namespace dropzone::auth
