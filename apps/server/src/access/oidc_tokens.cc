#include "access/oidc_tokens.h"

#include <utility>

namespace dropzone::server {
namespace {

// Nothing is looked up for such a token, but that its key still counts.
constexpr std::chrono::seconds kBelieved{60};

std::function<void(const Result<void>&)> reporter(Log& log) {
  return [&log](const Result<void>& fetched) {
    if (fetched) {
      log.info("the keys of the OpenID Connect provider are known");
    } else {
      log.warning("no keys of the OpenID Connect provider: " + fetched.error().detail);
    }
  };
}

}  // namespace

std::unique_ptr<OidcTokens> OidcTokens::open(const Options& options, Clock& clock, Log& log) {
  if (options.oidc.issuer.empty()) return nullptr;
  oidc::Provider provider = options.oidc;
  provider.on_change = reporter(log);
  return std::make_unique<OidcTokens>(
      std::move(provider), ClaimedRoles(options.oidc_roles_claim, options.oidc_roles), clock);
}

Result<TokenHolder> OidcTokens::check(std::string_view token) {
  const auto verified = verifier_.verify(token);
  if (!verified) return verified.error();
  return TokenHolder{
      .principal = {kProvidedPrefix + verified->subject, roles_.grants_of(verified->claims), true},
      .expires_at = verified->good_until,
      .believed = kBelieved};
}

}  // namespace dropzone::server
