#include "jwt_signer.h"

#include <array>
#include <vector>

#include <cjose/cjose.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "configuration_fault.h"

namespace dropzone::datastore {
namespace {

template <auto kFree>
struct FreeBy {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    kFree(pointer);
  }
};
using Bio = std::unique_ptr<BIO, FreeBy<BIO_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Number = std::unique_ptr<BIGNUM, FreeBy<BN_clear_free>>;
using Jwk = std::unique_ptr<cjose_jwk_t, FreeBy<cjose_jwk_release>>;
using Header = std::unique_ptr<cjose_header_t, FreeBy<cjose_header_release>>;
using Jws = std::unique_ptr<cjose_jws_t, FreeBy<cjose_jws_release>>;

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

Header make_header(const std::string& key_id) {
  Header header(cjose_header_new(nullptr));
  const bool is_set =
      header && cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_RS256, nullptr) &&
      cjose_header_set(header.get(), "typ", "JWT", nullptr) &&
      (key_id.empty() || cjose_header_set(header.get(), CJOSE_HDR_KID, key_id.c_str(), nullptr));
  return is_set ? std::move(header) : nullptr;
}

class RsaSigner final : public JwtSigner {
 public:
  RsaSigner(Jwk key, std::string key_id) : key_(std::move(key)), key_id_(std::move(key_id)) {}

  [[nodiscard]] Result<std::string> sign(std::string_view claims) const override {
    const Header header = make_header(key_id_);
    const auto* const text = reinterpret_cast<const std::uint8_t*>(claims.data());
    const Jws jws(header ? cjose_jws_sign(key_.get(), header.get(), text, claims.size(), nullptr)
                         : nullptr);
    const char* compact = nullptr;
    if (!jws || !cjose_jws_export(jws.get(), &compact, nullptr)) {
      return configuration_fault("the private key cannot sign");
    }
    return std::string(compact);
  }

 private:
  const Jwk key_;
  const std::string key_id_;
};

}  // namespace

Result<std::unique_ptr<JwtSigner>> make_jwt_signer(std::string_view pem, std::string key_id) {
  const PrivateKey key = read_key(pem);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return configuration_fault("its \"private_key\" is no RSA key in PEM");
  }
  Jwk jwk = make_jwk(key.get());
  if (!jwk) return configuration_fault("its \"private_key\" is not complete");
  return std::unique_ptr<JwtSigner>(std::make_unique<RsaSigner>(std::move(jwk), std::move(key_id)));
}

}  // namespace dropzone::datastore
