#pragma once

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

#include <dropzone/store/record.h>

namespace dropzone::crypto {

struct FreeMdContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using MdContext = std::unique_ptr<EVP_MD_CTX, FreeMdContext>;

/// OpenSSL fails at hashing only for want of memory or of its own library.
inline void require(bool succeeded) {
  if (!succeeded) throw std::runtime_error("OpenSSL cannot compute a hash");
}

inline MdContext make_md_context() {
  MdContext context(EVP_MD_CTX_new());
  require(context != nullptr);
  return context;
}

/// Looked up once: doing so for every hash would cost more than the hash.
inline const EVP_MD* sha256_algorithm() {
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  require(algorithm != nullptr);
  return algorithm;
}

/// This thread's context, to be started or copied into.
inline EVP_MD_CTX* scratch_context() {
  thread_local const MdContext context = make_md_context();
  return context.get();
}

inline Sha256 finish(EVP_MD_CTX* context) {
  Sha256 hash;
  require(EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1);
  return hash;
}

}  // namespace dropzone::crypto
