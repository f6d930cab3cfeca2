#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <cjose/cjose.h>

#include <dropzone/result.h>

namespace dropzone::jose {

template <auto kFree>
struct FreeBy {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    kFree(pointer);
  }
};
using Jwk = std::unique_ptr<cjose_jwk_t, FreeBy<cjose_jwk_release>>;
using Header = std::unique_ptr<cjose_header_t, FreeBy<cjose_header_release>>;
using Jws = std::unique_ptr<cjose_jws_t, FreeBy<cjose_jws_release>>;

/// The members of a token's header.
struct SignedHeader {
  const char* algorithm;
  const char* type;
  const std::string& key_id;  ///< Left out if empty.
};

/// A compact JWS of these claims, a JSON text.
[[nodiscard]] Result<std::string> sign_compact(std::string_view claims, const cjose_jwk_t* key,
                                               const SignedHeader& wanted);

/// The same error for all invalid tokens: it gives no reason before the signature is verified.
[[nodiscard]] Error refused();

/// The claims of a compact JWS that this key has signed by this algorithm, with a signature of this
/// length; refused() for any other.
[[nodiscard]] Result<std::string> verify_compact(std::string_view token, const cjose_jwk_t* key,
                                                 std::string_view algorithm,
                                                 std::size_t signature_bytes);

}  // namespace dropzone::jose
