#pragma once

#include <string>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone::jose {

/// A token's header, before its signature is verified.
struct TokenHeader {
  std::string algorithm;
  std::string type;    ///< `typ`, or empty.
  std::string key_id;  ///< `kid`, or empty.
};

/// Reads the header of a compact JWS: three parts of base64url without padding, at most 8 KiB in
/// all, the header an object with `alg`. `unauthenticated` if it is anything else, and if it
/// has `crit`, which nothing here understands. Keys in it (`jwk`, `jku`, `x5u`) are ignored.
[[nodiscard]] Result<TokenHeader> read_token_header(std::string_view token);

/// The claim `iss` of such a token, or empty: only a hint whose keys to ask for, since
/// its signature is not verified.
[[nodiscard]] std::string unverified_issuer(std::string_view token);

/// The claim `sub` of such a token, or empty: its unverified subject.
[[nodiscard]] std::string unverified_subject(std::string_view token);

}  // namespace dropzone::jose
