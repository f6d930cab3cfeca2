#include <dropzone/jose/rsa_key.h>

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "compact_jws.h"

namespace dropzone::jose {
namespace {

using Bio = std::unique_ptr<BIO, FreeBy<BIO_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, FreeBy<BN_clear_free>>;

// Never asks a person for a passphrase.
int no_passphrase(char*, int, int, void*) { return 0; }

PrivateKey read_key(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return nullptr;
  return PrivateKey(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
}

/// Bytes of a secret, wiped when they are no longer needed.
class SecretBytes {
 public:
  SecretBytes() = default;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

  bool read(const EVP_PKEY* key, const char* parameter) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, parameter, &raw) != 1) return false;
    const Number number(raw);
    bytes_.resize(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), bytes_.data());
    return true;
  }
  [[nodiscard]] std::uint8_t* data() { return bytes_.data(); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  std::vector<std::uint8_t> bytes_;
};

// The library takes a key by its numbers.
Jwk make_jwk(const EVP_PKEY* key) {
  constexpr std::array kParameters{OSSL_PKEY_PARAM_RSA_N,         OSSL_PKEY_PARAM_RSA_E,
                                   OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
                                   OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
                                   OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};
  std::array<SecretBytes, kParameters.size()> numbers;
  for (std::size_t i = 0; i < kParameters.size(); ++i) {
    if (!numbers[i].read(key, kParameters[i])) return nullptr;
  }
  cjose_jwk_rsa_keyspec spec{};
  spec.n = numbers[0].data(), spec.nlen = numbers[0].size();
  spec.e = numbers[1].data(), spec.elen = numbers[1].size();
  spec.d = numbers[2].data(), spec.dlen = numbers[2].size();
  spec.p = numbers[3].data(), spec.plen = numbers[3].size();
  spec.q = numbers[4].data(), spec.qlen = numbers[4].size();
  spec.dp = numbers[5].data(), spec.dplen = numbers[5].size();
  spec.dq = numbers[6].data(), spec.dqlen = numbers[6].size();
  spec.qi = numbers[7].data(), spec.qilen = numbers[7].size();
  return Jwk(cjose_jwk_create_RSA_spec(&spec, nullptr));
}

Error unusable(const char* why) { return {ErrorCode::invalid_configuration, why}; }

}  // namespace

struct RsaKey::State {
  Jwk jwk;
  std::string id;
};

RsaKey::RsaKey(std::unique_ptr<const State> state) : state_(std::move(state)) {}
RsaKey::~RsaKey() = default;
RsaKey::RsaKey(RsaKey&&) noexcept = default;
RsaKey& RsaKey::operator=(RsaKey&&) noexcept = default;

Result<RsaKey> RsaKey::read(std::string_view pem, std::string id) {
  const PrivateKey key = read_key(pem);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return unusable("is not an RSA key in PEM");
  }
  Jwk jwk = make_jwk(key.get());
  if (!jwk) return unusable("is not complete");
  return RsaKey(std::make_unique<const State>(State{std::move(jwk), std::move(id)}));
}

Result<std::string> RsaKey::sign(std::string_view claims, const char* type) const {
  return sign_compact(claims, state_->jwk.get(), {CJOSE_HDR_ALG_RS256, type, state_->id});
}

}  // namespace dropzone::jose
