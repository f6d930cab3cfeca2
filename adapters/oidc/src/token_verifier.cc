#include <dropzone/oidc/token_verifier.h>

#include <utility>

#include <dropzone/expects.h>

#include "claims.h"
#include "provider_keys.h"

namespace dropzone::oidc {

class TokenVerifier::Impl {
 public:
  Impl(Provider provider, Clock& clock)
      : provider_(std::move(provider)), clock_(clock), keys_(provider_) {}

  Result<VerifiedToken> verify(std::string_view token) {
    const auto header = jose::read_token_header(token);
    if (!header) return header.error();
    if (!is_bearer_type(header->type)) {
      return Error{ErrorCode::unauthenticated, "Tokens of this type are not accepted."};
    }
    const auto keys = keys_.keys_for(*header);
    if (!keys) return keys.error();
    const auto claims = (*keys)->verify(token);
    if (!claims) return claims.error();
    return check_claims(*claims, provider_, clock_.now());
  }

 private:
  const Provider provider_;
  Clock& clock_;
  ProviderKeys keys_;
};

TokenVerifier::TokenVerifier(Provider provider, Clock& clock) {
  DROPZONE_EXPECTS(check_issuer(provider.issuer).has_value());
  impl_ = std::make_unique<Impl>(std::move(provider), clock);
}

TokenVerifier::~TokenVerifier() = default;

Result<VerifiedToken> TokenVerifier::verify(std::string_view token) { return impl_->verify(token); }

}  // namespace dropzone::oidc
