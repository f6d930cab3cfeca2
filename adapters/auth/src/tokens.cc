#include <dropzone/auth/tokens.h>

#include <algorithm>
#include <functional>
#include <utility>

#include <dropzone/auth/secrets.h>
#include <dropzone/jose/token_header.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/value/json_text.h>

namespace dropzone::auth {
namespace {

constexpr std::string_view kIssuer = "dropzone";
constexpr const char* kAccessType = "at+jwt";
constexpr std::string_view kRefreshPrefix = "dzr_";
constexpr std::size_t kRefreshLength = 4 + kIdLength + TokenFamilies::kSecretLength;
constexpr std::size_t kClaimsDepth = 8;
constexpr std::int64_t kLeeway = 60 * kMicrosPerSecond;  // Between the clocks of instances.
// So long may a client repeat a refresh whose answer was lost.
constexpr std::int64_t kGrace = 30 * kMicrosPerSecond;

Error refused() {
  return {ErrorCode::unauthenticated,
          "The token was not issued by this server, or has expired or been revoked."};
}

std::int64_t number_of(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value != nullptr && value->as_integer() != nullptr ? *value->as_integer() : 0;
}

bool is_refresh_token(std::string_view text) {
  return text.size() == kRefreshLength && text.starts_with(kRefreshPrefix) && is_secret_text(text);
}
std::string family_of(std::string_view token) {
  return std::string(token.substr(kRefreshPrefix.size(), kIdLength));
}
std::string_view secret_of(std::string_view token) {
  return token.substr(kRefreshPrefix.size() + kIdLength);
}

}  // namespace

Result<TokenHolder> Tokens::check(std::string_view token, const CallOptions& options) {
  const auto claims = verify(token, options);
  if (!claims) return claims.error();
  const auto family = families_.find(claims->family, options);
  if (!family) return family.error();
  auto grants = users_.find(claims->user);
  if (!*family || (*family)->user != claims->user || !is_good(**family) || !grants) {
    return refused();
  }
  return TokenHolder{.principal = {.name = claims->user,
                                   .grants = *std::move(grants),
                                   .credential = Credential::access_token,
                                   .expires_at = Timestamp{claims->expires_at.micros + kLeeway}},
                     .ttl = kStoreCacheTtl};
}

Result<Tokens::Claims> Tokens::verify(std::string_view token, const CallOptions& options) {
  const auto header = jose::read_token_header(token);
  if (!header || header->type != kAccessType) return refused();
  const auto key = keys_.find(header->key_id, options);
  if (!key) return key.error();
  const auto text = *key ? (*key)->verify(token) : refused();
  if (!text) return refused();
  const auto value = json::decode_value(*text, kClaimsDepth);
  if (!value || value->as_object() == nullptr) return refused();
  const Object& object = *value->as_object();
  Claims claims{.user = std::string(text_of(object.find("sub"))),
                .family = std::string(text_of(object.find("sid"))),
                .expires_at = Timestamp{number_of(object, "exp") * kMicrosPerSecond}};
  const bool ours =
      text_of(object.find("iss")) == kIssuer && text_of(object.find("aud")) == kIssuer;
  if (!ours || claims.user.empty() || claims.family.empty() || is_over(claims.expires_at)) {
    return refused();
  }
  return claims;
}

Result<TokenPair> Tokens::issue(const Principal& principal, const CallOptions& options) {
  if (!users_.find(principal.name)) {
    return Error{ErrorCode::forbidden, "Tokens are for users; a key is good as it is."};
  }
  const auto credential = [&](const std::string& id) {
    return users_.fingerprint(principal.name, id).value_or("");
  };
  const auto begun = families_.begin(principal.name, credential, options);
  if (!begun) return begun.error();
  return pair(principal.name, begun->id, begun->secret, options);
}

Tokens::Refreshed Tokens::refresh(const std::string& refresh_token, const CallOptions& options) {
  if (!is_refresh_token(refresh_token)) return {{}, refused()};
  const auto secret = secret_of(refresh_token);
  auto family = families_.find(family_of(refresh_token), options);
  if (!family) return {{}, family.error()};
  if (!*family) return {{}, refused()};
  std::string user = (*family)->user;
  // What was never issued is somebody's invention, and no reason to end anything.
  if (!(*family)->has_issued(secret)) return {std::move(user), refused()};
  const bool spent = !(*family)->is_current(secret) && !is_repeated(**family, secret);
  auto pair = next_pair(**std::move(family), secret, options);
  const bool ended = spent && !pair && pair.error().code == ErrorCode::unauthenticated;
  return {std::move(user), std::move(pair), ended};
}

Result<TokenPair> Tokens::next_pair(TokenFamily family, std::string_view secret,
                                    const CallOptions& options) {
  if (!is_good(family)) return refused();
  if (family.is_current(secret)) {
    const auto rotated = families_.rotate(family, secret, options);
    if (!rotated) return rotated.error();
    const std::string next = family.successor(secret);
    if (*rotated) return pair(family.user, family.stored.id, next, options);
    // Somebody was faster with the same token: they get the same successor.
    auto found = families_.find(family.stored.id, options);
    if (!found) return found.error();
    if (!*found) return refused();
    family = **std::move(found);
  }
  if (is_repeated(family, secret)) {
    return pair(family.user, family.stored.id, family.successor(secret), options);
  }
  // Used before, by whomever: one of the two who have it is a thief.
  if (auto ended = end_family(family.stored.id, options); !ended) return std::move(ended).error();
  return refused();
}

Result<std::string> Tokens::revoke(const std::string& token, const CallOptions& options) {
  const bool is_refresh = is_refresh_token(token);
  Claims claims;
  if (is_refresh) {
    claims.family = family_of(token);
  } else {
    auto verified = verify(token, options);
    if (!verified && verified.error().code == ErrorCode::unauthenticated) return std::string();
    if (!verified) return std::move(verified).error();
    claims = *std::move(verified);
  }
  const auto family = families_.find(claims.family, options);
  if (!family) return family.error();
  const bool its_own = *family && (is_refresh ? (*family)->has_issued(secret_of(token))
                                              : (*family)->user == claims.user);
  if (!its_own) return std::string();
  if (auto ended = end_family(claims.family, options); !ended) return std::move(ended).error();
  return (*family)->user;
}

Result<std::vector<TokenSession>> Tokens::sessions(const std::optional<std::string>& user,
                                                   const CallOptions& options) {
  DROPZONE_TRY(const auto families, families_.of(user, options));
  std::vector<TokenSession> sessions;
  for (const TokenFamily& family : families) {
    if (!is_good(family)) continue;
    sessions.push_back({.id = family.stored.id,
                        .user = family.user,
                        .began_at = family.begun_at,
                        .refreshed_at = family.rotated_at,
                        .expires_at = family.expires_at});
  }
  std::ranges::sort(sessions, std::ranges::greater(),
                    [](const TokenSession& one) { return one.refreshed_at.micros; });
  return sessions;
}

Result<bool> Tokens::end_session(const std::string& id, const std::optional<std::string>& user,
                                 const CallOptions& options) {
  if (id.size() != kIdLength || !is_secret_text(id)) return false;
  DROPZONE_TRY(const auto family, families_.find(id, options));
  if (!family || !is_good(*family) || (user && *user != family->user)) return false;
  DROPZONE_CHECK(end_family(id, options));
  return true;
}

Result<std::size_t> Tokens::end_stale(const std::string& user, const CallOptions& options) {
  auto ended = families_.end_of(
      user, [this](const TokenFamily& family) { return is_good(family); }, options);
  verified_.forget_all();
  return ended;
}

Result<void> Tokens::end_stale(const std::vector<std::string>& users, const CallOptions& options) {
  for (const std::string& user : users) DROPZONE_CHECK(end_stale(user, options));
  return {};
}

Result<std::string> Tokens::key_set(const CallOptions& options) {
  const auto keys = keys_.all(options);
  if (!keys) return keys.error();
  std::string text = "{\"keys\":[";
  for (const auto& key : *keys) {
    if (text.back() != '[') text += ',';
    text += key->public_text();
  }
  return text + "]}";
}

Result<TokenPair> Tokens::pair(const std::string& user, const std::string& family,
                               std::string_view secret, const CallOptions& options) {
  const auto key = keys_.current(options);
  if (!key) return key.error();
  const std::int64_t now = clock_.now().micros / kMicrosPerSecond;
  const Object claims{{"iss", kIssuer},     {"sub", user},  {"aud", kIssuer},
                      {"client_id", user},  {"iat", now},   {"exp", now + kAccessLife.count()},
                      {"jti", ids_.next()}, {"sid", family}};
  auto token = (*key)->sign(to_json(claims), kAccessType);
  if (!token) return std::move(token).error();
  return TokenPair{*std::move(token), kAccessLife,
                   std::string(kRefreshPrefix) + family + std::string(secret)};
}

bool Tokens::is_good(const TokenFamily& family) const {
  return !is_over(family.expires_at) &&
         users_.fingerprint(family.user, family.stored.id) == family.credential;
}

bool Tokens::is_repeated(const TokenFamily& family, std::string_view secret) const {
  return family.is_previous(secret) && clock_.now().micros - family.rotated_at.micros <= kGrace;
}

bool Tokens::is_over(Timestamp end) const { return end.micros + kLeeway <= clock_.now().micros; }

Result<void> Tokens::end_family(const std::string& family, const CallOptions& options) {
  auto erased = families_.end(family, options);
  verified_.forget_all();
  if (!erased) return std::move(erased).error();
  return {};
}

}  // namespace dropzone::auth
