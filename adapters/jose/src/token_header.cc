#include <dropzone/jose/token_header.h>

#include <algorithm>
#include <cstddef>
#include <optional>

#include <dropzone/json/decode_value.h>
#include <dropzone/text/base64.h>

namespace dropzone::jose {
namespace {

constexpr std::size_t kMostBytes = 8 * 1024;
constexpr std::size_t kHeaderDepth = 8;

Error no_token() { return {ErrorCode::unauthenticated, "This is not a token."}; }

std::optional<Object> object_of(std::string_view part) {
  auto value = json::decode_value(base64_decode(part, Base64::url).value_or(""), kHeaderDepth);
  if (!value || value->as_object() == nullptr) return std::nullopt;
  return std::move(*value->as_object());
}

std::string_view claims_part(std::string_view token) {
  token.remove_prefix(token.find('.') + 1);
  return token.substr(0, token.find('.'));
}

std::string unverified_claim(std::string_view token, std::string_view name) {
  const auto claims = read_token_header(token) ? object_of(claims_part(token)) : std::nullopt;
  return claims ? std::string(text_of(claims->find(name))) : std::string();
}

}  // namespace

Result<TokenHeader> read_token_header(std::string_view token) {
  if (token.size() > kMostBytes || std::ranges::count(token, '.') != 2) return no_token();
  // The library is lenient about padding; no two texts are to stand for one token.
  const bool exact = base64_decode(claims_part(token), Base64::url) &&
                     base64_decode(token.substr(token.rfind('.') + 1), Base64::url);
  const auto object = object_of(token.substr(0, token.find('.')));
  if (!exact || !object) return no_token();
  TokenHeader header{.algorithm = std::string(text_of(object->find("alg"))),
                     .type = std::string(text_of(object->find("typ"))),
                     .key_id = std::string(text_of(object->find("kid")))};
  if (header.algorithm.empty() || object->find("crit") != nullptr) return no_token();
  return header;
}

std::string unverified_issuer(std::string_view token) { return unverified_claim(token, "iss"); }

std::string unverified_subject(std::string_view token) { return unverified_claim(token, "sub"); }

}  // namespace dropzone::jose
