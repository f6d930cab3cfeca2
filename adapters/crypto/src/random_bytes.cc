#include <dropzone/crypto/random_bytes.h>

#include <stdexcept>

#include <openssl/rand.h>

namespace dropzone::crypto {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) !=
      1) {
    throw std::runtime_error("OpenSSL has no random bytes");
  }
  return bytes;
}

}  // namespace dropzone::crypto
