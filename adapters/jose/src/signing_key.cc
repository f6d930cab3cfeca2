#include <dropzone/jose/signing_key.h>

#include <algorithm>
#include <utility>

#include <cjose/cjose.h>

#include <dropzone/base64.h>
#include <dropzone/json/decode_value.h>

namespace dropzone::jose {
namespace {

constexpr std::size_t kMostBytes = 8 * 1024;
constexpr std::size_t kHeaderDepth = 8;
constexpr std::size_t kSignatureBytes = 64;

template <auto kFree>
struct FreeBy {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    kFree(pointer);
  }
};
using Jwk = std::unique_ptr<cjose_jwk_t, FreeBy<cjose_jwk_release>>;
using Header = std::unique_ptr<cjose_header_t, FreeBy<cjose_header_release>>;
using Jws = std::unique_ptr<cjose_jws_t, FreeBy<cjose_jws_release>>;

Error refused() { return {ErrorCode::unauthenticated, "This is no token of this server."}; }

std::string text_of(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value != nullptr && value->as_string() != nullptr ? *value->as_string() : std::string();
}

std::string json_of(const cjose_jwk_t* jwk, bool with_private) {
  char* const text = cjose_jwk_to_json(jwk, with_private, nullptr);
  if (text == nullptr) return {};
  std::string json(text);
  std::fill_n(text, json.size(), '\0');
  cjose_get_dealloc()(text);
  return json;
}

}  // namespace

Result<TokenHeader> read_token_header(std::string_view token) {
  if (token.size() > kMostBytes || std::ranges::count(token, '.') != 2) return refused();
  const auto text = base64_decode(token.substr(0, token.find('.')), Base64::url);
  // The library is lenient about padding; no two texts are to stand for one token.
  const auto claims = token.substr(token.find('.') + 1);
  const bool exact = base64_decode(claims.substr(0, claims.find('.')), Base64::url) &&
                     base64_decode(claims.substr(claims.find('.') + 1), Base64::url);
  if (!text || !exact) return refused();
  const auto value = json::decode_value(*text, kHeaderDepth);
  if (!value || value->as_object() == nullptr) return refused();
  const Object& object = *value->as_object();
  TokenHeader header{.algorithm = text_of(object, "alg"),
                     .type = text_of(object, "typ"),
                     .key_id = text_of(object, "kid")};
  if (header.algorithm.empty() || object.find("crit") != nullptr) return refused();
  return header;
}

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

std::string SigningKey::public_text() const { return json_of(state_->jwk.get(), false); }

Result<std::string> SigningKey::sign(std::string_view claims, const char* type) const {
  const Header header(cjose_header_new(nullptr));
  const bool is_set = header &&
                      cjose_header_set(header.get(), CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, nullptr) &&
                      cjose_header_set(header.get(), "typ", type, nullptr) &&
                      cjose_header_set(header.get(), CJOSE_HDR_KID, state_->id.c_str(), nullptr);
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(claims.data());
  const Jws jws(is_set
                    ? cjose_jws_sign(state_->jwk.get(), header.get(), bytes, claims.size(), nullptr)
                    : nullptr);
  const char* compact = nullptr;
  if (!jws || !cjose_jws_export(jws.get(), &compact, nullptr)) {
    return Error{ErrorCode::internal, "A token could not be signed."};
  }
  return std::string(compact);
}

Result<std::string> SigningKey::verify(std::string_view token) const {
  // The algorithm is this key's, not the token's choice.
  const auto header = read_token_header(token);
  if (!header || header->algorithm != CJOSE_HDR_ALG_ES256) return refused();
  // The library passes over what is behind a whole signature.
  const auto signature = base64_decode(token.substr(token.rfind('.') + 1), Base64::url);
  if (!signature || signature->size() != kSignatureBytes) return refused();
  const Jws jws(cjose_jws_import(token.data(), token.size(), nullptr));
  if (!jws || !cjose_jws_verify(jws.get(), state_->jwk.get(), nullptr)) return refused();
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &bytes, &size, nullptr)) return refused();
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace dropzone::jose
