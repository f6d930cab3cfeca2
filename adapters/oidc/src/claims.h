#pragma once

#include <string_view>

#include <dropzone/oidc/provider.h>
#include <dropzone/oidc/token_verifier.h>
#include <dropzone/result.h>

namespace dropzone::oidc {

/// Whether a `typ` is one of a token that may be shown as a bearer: none, `JWT` or `at+jwt`
/// (RFC 9068). Tokens of other types are for other ends.
[[nodiscard]] bool is_bearer_type(std::string_view type);

/// Reads and checks the claims of a token whose signature is right. `unauthenticated` says what is
/// wrong with them.
Result<VerifiedToken> check_claims(std::string_view text, const Provider& provider, Timestamp now);

}  // namespace dropzone::oidc
