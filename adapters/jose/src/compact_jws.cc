#include "compact_jws.h"

#include <dropzone/jose/token_header.h>
#include <dropzone/text/base64.h>

namespace dropzone::jose {

Error refused() {
  return {ErrorCode::unauthenticated,
          "The token was not signed by a key that this server accepts."};
}

Result<std::string> sign_compact(std::string_view claims, const cjose_jwk_t* key,
                                 const SignedHeader& wanted) {
  const Header header(cjose_header_new(nullptr));
  cjose_err fault{};
  const auto set = [&](const char* name, const char* value) {
    return cjose_header_set(header.get(), name, value, &fault);
  };
  const bool is_set = header && set(CJOSE_HDR_ALG, wanted.algorithm) && set("typ", wanted.type) &&
                      (wanted.key_id.empty() || set(CJOSE_HDR_KID, wanted.key_id.c_str()));
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(claims.data());
  const Jws jws(is_set ? cjose_jws_sign(key, header.get(), bytes, claims.size(), &fault) : nullptr);
  const char* compact = nullptr;
  if (!jws || !cjose_jws_export(jws.get(), &compact, &fault)) {
    return Error{.code = ErrorCode::internal,
                 .detail = "A token could not be signed.",
                 .cause = fault.message ? fault.message : "cjose gave no reason"};
  }
  return std::string(compact);
}

Result<std::string> verify_compact(std::string_view token, const cjose_jwk_t* key,
                                   std::string_view algorithm, std::size_t signature_bytes) {
  // The algorithm is the key's, not the token's choice.
  const auto header = read_token_header(token);
  if (!header || header->algorithm != algorithm) return refused();
  // The library passes over what is behind a whole signature.
  const auto signature = base64_decode(token.substr(token.rfind('.') + 1), Base64::url);
  if (!signature || signature->size() != signature_bytes) return refused();
  const Jws jws(cjose_jws_import(token.data(), token.size(), nullptr));
  if (!jws || !cjose_jws_verify(jws.get(), key, nullptr)) return refused();
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &bytes, &size, nullptr)) return refused();
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace dropzone::jose
