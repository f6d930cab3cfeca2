#include <dropzone/jose/signing_key.h>

#include <algorithm>
#include <utility>

#include "compact_jws.h"

namespace dropzone::jose {
namespace {

constexpr std::size_t kSignatureBytes = 64;

std::string json_of(const cjose_jwk_t* jwk, bool with_private) {
  char* const text = cjose_jwk_to_json(jwk, with_private, nullptr);
  if (text == nullptr) return {};
  std::string json(text);
  std::fill_n(text, json.size(), '\0');
  cjose_get_dealloc()(text);
  return json;
}

}  // namespace

struct SigningKey::State {
  Jwk jwk;
  std::string id;
};

SigningKey::SigningKey(std::unique_ptr<const State> state) : state_(std::move(state)) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

Result<SigningKey> SigningKey::generate(const std::string& id) {
  Jwk jwk(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nullptr));
  if (!jwk || !cjose_jwk_set_kid(jwk.get(), id.data(), id.size(), nullptr)) {
    return Error{ErrorCode::internal, "No key for tokens could be made."};
  }
  return SigningKey(std::make_unique<const State>(State{std::move(jwk), id}));
}

Result<SigningKey> SigningKey::read(std::string_view jwk) {
  Jwk key(cjose_jwk_import(jwk.data(), jwk.size(), nullptr));
  const char* const id = key ? cjose_jwk_get_kid(key.get(), nullptr) : nullptr;
  if (id == nullptr || cjose_jwk_get_kty(key.get(), nullptr) != CJOSE_JWK_KTY_EC) {
    return Error{ErrorCode::store_corrupt, "A key for tokens in the store is damaged."};
  }
  std::string name(id);
  return SigningKey(std::make_unique<const State>(State{std::move(key), std::move(name)}));
}

const std::string& SigningKey::id() const noexcept { return state_->id; }

std::string SigningKey::private_text() const { return json_of(state_->jwk.get(), true); }

std::string SigningKey::public_text() const {
  const std::string text = json_of(state_->jwk.get(), false);
  return text.empty() ? text : R"({"use":"sig","alg":"ES256",)" + text.substr(1);
}

Result<std::string> SigningKey::sign(std::string_view claims, const char* type) const {
  return sign_compact(claims, state_->jwk.get(), {CJOSE_HDR_ALG_ES256, type, state_->id});
}

Result<std::string> SigningKey::verify(std::string_view token) const {
  return verify_compact(token, state_->jwk.get(), CJOSE_HDR_ALG_ES256, kSignatureBytes);
}

}  // namespace dropzone::jose
