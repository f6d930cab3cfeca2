#include "compact_jws.h"

#include <dropzone/base64.h>
#include <dropzone/jose/token_header.h>

namespace dropzone::jose {

Error refused() {
  return {ErrorCode::unauthenticated, "The token's signature is none of a key that counts here."};
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
