#include "access/tokens.h"

#include <utility>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/jose/token_header.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/json_text.h>

#include "access/secrets.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kIssuer = "dropzone";
constexpr const char* kAccessType = "at+jwt";
constexpr std::string_view kRefreshPrefix = "dzr_";
constexpr std::size_t kRefreshLength = 4 + 3 * kIdLength;
constexpr std::size_t kClaimsDepth = 8;

Error refused() {
  return {ErrorCode::unauthenticated,
          "The token is none of this server's, or is no good any more."};
}

std::int64_t number_of(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value != nullptr && value->as_integer() != nullptr ? *value->as_integer() : 0;
}

bool is_refresh_token(std::string_view text) {
  return text.size() == kRefreshLength && text.starts_with(kRefreshPrefix);
}
std::string family_of(std::string_view token) {
  return std::string(token.substr(kRefreshPrefix.size(), kIdLength));
}
std::string_view secret_of(std::string_view token) {
  return token.substr(kRefreshPrefix.size() + kIdLength);
}

}  // namespace

Result<TokenHolder> Tokens::check(std::string_view token) {
  const auto claims = verify(token, soon());
  if (!claims) return claims.error();
  if (claims->expires_at <= clock_.now()) return refused();
  const auto family = objects_.find(claims->family, soon());
  if (!family) return family.error();
  auto grants = users_.find(claims->user);
  if (!*family || !grants) return refused();
  return TokenHolder{.principal = {claims->user, *std::move(grants), true},
                     .expires_at = claims->expires_at,
                     .believed = kStoreBelieved};
}

Result<Tokens::Claims> Tokens::verify(std::string_view token, Deadline deadline) {
  const auto header = jose::read_token_header(token);
  if (!header || header->type != kAccessType) return refused();
  const auto key = keys_.find(header->key_id, deadline);
  if (!key) return key.error();
  const auto text = *key ? (*key)->verify(token) : refused();
  if (!text) return refused();
  const auto value = json::decode_value(*text, kClaimsDepth);
  if (!value || value->as_object() == nullptr) return refused();
  const Object& object = *value->as_object();
  Claims claims{.user = text_of(object, "sub"),
                .family = text_of(object, "sid"),
                .expires_at = Timestamp{number_of(object, "exp") * kMicrosPerSecond}};
  const bool ours = text_of(object, "iss") == kIssuer && text_of(object, "aud") == kIssuer;
  if (!ours || claims.user.empty() || claims.family.empty()) return refused();
  return claims;
}

Result<http::TokenPair> Tokens::issue(const http::Principal& principal, Deadline deadline) {
  if (!users_.find(principal.name)) {
    return Error{ErrorCode::forbidden, "Tokens are for users; a key is good as it is."};
  }
  const std::string family = ids_.next();
  std::string token = std::string(kRefreshPrefix) + family + ids_.next() + ids_.next();
  const auto kept =
      objects_.insert(family, family_object(principal.name, secret_of(token)), deadline);
  if (!kept) return kept.error();
  return pair(principal.name, family, std::move(token), deadline);
}

Tokens::Refreshed Tokens::refresh(const std::string& refresh_token, Deadline deadline) {
  if (!is_refresh_token(refresh_token)) return {{}, refused()};
  const auto found = objects_.find(family_of(refresh_token), deadline);
  if (!found) return {{}, found.error()};
  if (!*found) return {{}, refused()};
  std::string user = text_of((*found)->object, "user");
  auto pair = next_pair(**found, user, refresh_token, deadline);
  return {std::move(user), std::move(pair)};
}

Result<http::TokenPair> Tokens::next_pair(const SharedObjects::Found& family,
                                          const std::string& user, std::string_view refresh_token,
                                          Deadline deadline) {
  const Object& object = family.object;
  const bool current =
      crypto::equal_in_constant_time(hash_of(secret_of(refresh_token)), text_of(object, "hash"));
  const bool expired = number_of(object, "expiresAt") <= clock_.now().micros;
  if (current && !expired && users_.find(user)) {
    std::string next = std::string(kRefreshPrefix) + family.id + ids_.next() + ids_.next();
    const auto replaced = objects_.replace(family, family_object(user, secret_of(next)), deadline);
    if (!replaced) return replaced.error();
    if (*replaced) return pair(user, family.id, std::move(next), deadline);
  }
  // Used before, by whomever: one of the two who have it is a thief.
  if (auto ended = end_family(family.id, deadline); !ended) return std::move(ended).error();
  return refused();
}

Result<std::string> Tokens::revoke(const std::string& token, Deadline deadline) {
  std::string family;
  if (is_refresh_token(token)) {
    family = family_of(token);
  } else if (const auto claims = verify(token, deadline); claims) {
    family = claims->family;
  } else if (claims.error().code == ErrorCode::unauthenticated) {
    return std::string();
  } else {
    return claims.error();
  }
  const auto found = objects_.find(family, deadline);
  if (!found) return found.error();
  if (auto ended = end_family(family, deadline); !ended) return std::move(ended).error();
  return *found ? text_of((*found)->object, "user") : std::string();
}

Result<std::string> Tokens::key_set(Deadline deadline) {
  const auto keys = keys_.all(deadline);
  if (!keys) return keys.error();
  std::string text = "{\"keys\":[";
  for (const auto& key : *keys) {
    if (text.back() != '[') text += ',';
    text += key->public_text();
  }
  return text + "]}";
}

Result<http::TokenPair> Tokens::pair(const std::string& user, const std::string& family,
                                     std::string refresh_token, Deadline deadline) {
  const auto key = keys_.current(deadline);
  if (!key) return key.error();
  const std::int64_t now = clock_.now().micros / kMicrosPerSecond;
  const Object claims{{"iss", kIssuer},     {"sub", user},
                      {"aud", kIssuer},     {"client_id", user},
                      {"iat", now},         {"exp", now + options_.access_life.count()},
                      {"jti", ids_.next()}, {"sid", family}};
  auto token = (*key)->sign(to_json(claims), kAccessType);
  if (!token) return std::move(token).error();
  return http::TokenPair{*std::move(token), options_.access_life, std::move(refresh_token)};
}

Object Tokens::family_object(const std::string& user, std::string_view secret) {
  const std::int64_t end = clock_.now().micros + options_.refresh_life.count() * kMicrosPerSecond;
  return {{"user", user}, {"hash", hash_of(secret)}, {"expiresAt", end}};
}

Result<void> Tokens::end_family(const std::string& family, Deadline deadline) {
  auto erased = objects_.erase(family, deadline);
  verified_.forget_all();
  if (!erased) return std::move(erased).error();
  return {};
}

}  // namespace dropzone::server
