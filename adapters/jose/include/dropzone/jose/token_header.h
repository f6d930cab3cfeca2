#pragma once

#include <string>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone::jose {

/// What a token's header says, before anything is known of its signature.
struct TokenHeader {
  std::string algorithm;
  std::string type;    ///< `typ`, or empty.
  std::string key_id;  ///< `kid`, or empty.
};

/// Reads the header of a compact JWS: three parts of base64url without padding, at most 8 KiB in
/// all, the header an object with `alg`. `unauthenticated` where it is anything else, and where it
/// has `crit`, which nothing here understands. Keys in it (`jwk`, `jku`, `x5u`) are passed over.
[[nodiscard]] Result<TokenHeader> read_token_header(std::string_view token);

/// The claim `iss` of such a token, or empty: whom to ask about it, and no more than that, since
/// nothing is known of its signature.
[[nodiscard]] std::string unverified_issuer(std::string_view token);

/// The claim `sub` of such a token, or empty: whom it claims to be for, and no more than that.
[[nodiscard]] std::string unverified_subject(std::string_view token);

}  // namespace dropzone::jose
