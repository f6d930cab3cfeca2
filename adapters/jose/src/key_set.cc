#include <dropzone/jose/key_set.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

#include <dropzone/json/decode_value.h>
#include <dropzone/text/base64.h>

#include "compact_jws.h"

namespace dropzone::jose {
namespace {

constexpr std::size_t kKeySetDepth = 8;
constexpr std::size_t kMostKeys = 100;
constexpr std::size_t kCoordinateBytes = 32;  // Of P-256.
constexpr std::size_t kLeastRsaBits = 2'048;
constexpr std::size_t kMostRsaBits = 8'192;
constexpr std::size_t kMostExponentBytes = 4;

std::string bytes_of(const Object& jwk, std::string_view name) {
  return base64_decode(text_of(jwk.find(name)), Base64::url).value_or(std::string());
}

std::uint8_t* data_of(std::string& bytes) { return reinterpret_cast<std::uint8_t*>(bytes.data()); }

/// Whether the key's owner permits its use for signatures, if the key states its use.
bool is_for(const Object& jwk, std::string_view algorithm) {
  const Value* const operations = jwk.find("key_ops");
  const Value verify("verify");
  return (jwk.find("alg") == nullptr || text_of(jwk.find("alg")) == algorithm) &&
         (jwk.find("use") == nullptr || text_of(jwk.find("use")) == "sig") &&
         (operations == nullptr ||
          (operations->as_array() != nullptr &&
           std::ranges::find(*operations->as_array(), verify) != operations->as_array()->end()));
}

Jwk read_ec(const Object& jwk) {
  std::string x = bytes_of(jwk, "x");
  std::string y = bytes_of(jwk, "y");
  if (text_of(jwk.find("crv")) != "P-256" || x.size() != kCoordinateBytes || y.size() != x.size()) {
    return nullptr;
  }
  cjose_jwk_ec_keyspec spec{};
  spec.crv = CJOSE_JWK_EC_P_256;
  spec.x = data_of(x);
  spec.xlen = x.size();
  spec.y = data_of(y);
  spec.ylen = y.size();
  return Jwk(cjose_jwk_create_EC_spec(&spec, nullptr));
}

bool is_sound_rsa(std::string_view modulus, std::string_view exponent) {
  if (modulus.empty() || modulus.front() == 0 || exponent.empty()) return false;
  const auto unused = std::countl_zero(static_cast<std::uint8_t>(modulus.front()));
  const std::size_t bits = 8 * modulus.size() - static_cast<std::size_t>(unused);
  const bool trivial = exponent.size() == 1 && exponent.front() < 3;
  return bits >= kLeastRsaBits && bits <= kMostRsaBits && exponent.size() <= kMostExponentBytes &&
         !trivial && (exponent.back() & 1) == 1;
}

Jwk read_rsa(const Object& jwk) {
  std::string modulus = bytes_of(jwk, "n");
  std::string exponent = bytes_of(jwk, "e");
  if (!is_sound_rsa(modulus, exponent)) return nullptr;
  cjose_jwk_rsa_keyspec spec{};
  spec.n = data_of(modulus);
  spec.nlen = modulus.size();
  spec.e = data_of(exponent);
  spec.elen = exponent.size();
  return Jwk(cjose_jwk_create_RSA_spec(&spec, nullptr));
}

}  // namespace

struct KeySet::Key {
  std::string id;
  std::string_view algorithm;
  std::size_t signature_bytes = 0;
  Jwk jwk;

  static std::optional<Key> read(const Object& object);
};

std::optional<KeySet::Key> KeySet::Key::read(const Object& object) {
  Key key{.id = std::string(text_of(object.find("kid"))), .algorithm = {}, .jwk = {}};
  if (text_of(object.find("kty")) == "EC") {
    key.algorithm = CJOSE_HDR_ALG_ES256;
    key.signature_bytes = 2 * kCoordinateBytes;
    key.jwk = read_ec(object);
  } else if (text_of(object.find("kty")) == "RSA") {
    key.algorithm = CJOSE_HDR_ALG_RS256;
    key.signature_bytes = bytes_of(object, "n").size();
    key.jwk = read_rsa(object);
  }
  if (!key.jwk || !is_for(object, key.algorithm)) return std::nullopt;
  return key;
}

KeySet::KeySet(std::vector<Key> keys) : keys_(std::move(keys)) {}
KeySet::~KeySet() = default;
KeySet::KeySet(KeySet&&) noexcept = default;
KeySet& KeySet::operator=(KeySet&&) noexcept = default;

Result<KeySet> KeySet::read(std::string_view json) {
  const auto value = json::decode_value(json, kKeySetDepth);
  const Object* const set = value ? value->as_object() : nullptr;
  const Value* const member = set != nullptr ? set->find("keys") : nullptr;
  const Array* const entries = member != nullptr ? member->as_array() : nullptr;
  if (entries == nullptr || entries->size() > kMostKeys) {
    return Error{ErrorCode::invalid_json, "This is not a JSON Web Key Set, or has too many keys."};
  }
  std::vector<Key> keys;
  for (const Value& entry : *entries) {
    auto key = entry.as_object() != nullptr ? Key::read(*entry.as_object()) : std::nullopt;
    if (key) keys.push_back(*std::move(key));
  }
  return KeySet(std::move(keys));
}

std::size_t KeySet::size() const noexcept { return keys_.size(); }

bool KeySet::may_have_signed(const Key& key, const TokenHeader& header) const noexcept {
  return header.key_id.empty() ? keys_.size() == 1 : key.id == header.key_id;
}

bool KeySet::knows(const TokenHeader& header) const noexcept {
  return std::ranges::any_of(keys_, [&](const Key& key) { return may_have_signed(key, header); });
}

Result<std::string> KeySet::verify(std::string_view token) const {
  const auto header = read_token_header(token);
  if (!header) return refused();
  for (const Key& key : keys_) {
    if (!may_have_signed(key, *header)) continue;
    auto claims = verify_compact(token, key.jwk.get(), key.algorithm, key.signature_bytes);
    if (claims) return claims;
  }
  return refused();
}

}  // namespace dropzone::jose
