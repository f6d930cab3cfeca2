#include <dropzone/crypto/openssl_digest.h>

#include "evp.h"

namespace dropzone::crypto {

Sha256 OpensslDigest::sha256(std::string_view bytes) const {
  EVP_MD_CTX* const context = scratch_context();
  require(EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) == 1);
  require(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
  return finish(context);
}

}  // namespace dropzone::crypto
