#include <dropzone/crypto/keyed_hash.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include <openssl/crypto.h>

#include <dropzone/crypto/openssl_digest.h>

#include "evp.h"

namespace dropzone::crypto {
namespace {

constexpr std::size_t kBlockBytes = 64;
using Block = std::array<unsigned char, kBlockBytes>;

Block key_block(std::string_view key) {
  Block block{};
  if (key.size() <= block.size()) {
    std::copy(key.begin(), key.end(), block.begin());
  } else {
    const Sha256 hash = OpensslDigest().sha256(key);
    std::copy(hash.begin(), hash.end(), block.begin());
  }
  return block;
}

MdContext after_padded_key(Block block, unsigned char pad) {
  for (auto& byte : block) byte ^= pad;
  MdContext context = make_md_context();
  require(EVP_DigestInit_ex2(context.get(), sha256_algorithm(), nullptr) == 1);
  require(EVP_DigestUpdate(context.get(), block.data(), block.size()) == 1);
  OPENSSL_cleanse(block.data(), block.size());
  return context;
}

Sha256 continue_from(const MdContext& start, std::string_view bytes) {
  EVP_MD_CTX* const context = scratch_context();
  require(EVP_MD_CTX_copy_ex(context, start.get()) == 1);
  require(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
  return finish(context);
}

}  // namespace

// OpenSSL's own HMAC takes three to six times as long for short messages: it looks its algorithm
// up, or allocates, every time.
struct KeyedHash::State {
  MdContext inner;
  MdContext outer;
};

KeyedHash::KeyedHash(std::string_view key) {
  Block block = key_block(key);
  state_ = std::make_unique<const State>(
      State{after_padded_key(block, 0x36), after_padded_key(block, 0x5c)});
  OPENSSL_cleanse(block.data(), block.size());
}

KeyedHash::~KeyedHash() = default;
KeyedHash::KeyedHash(KeyedHash&&) noexcept = default;
KeyedHash& KeyedHash::operator=(KeyedHash&&) noexcept = default;

Sha256 KeyedHash::operator()(std::string_view message) const {
  return continue_from(state_->outer, bytes_of(continue_from(state_->inner, message)));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace dropzone::crypto
