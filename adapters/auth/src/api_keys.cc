#include <dropzone/auth/api_keys.h>

#include <array>
#include <chrono>
#include <utility>

#include <dropzone/auth/secrets.h>
#include <dropzone/crypto/keyed_hash.h>

#include "look_up_options.h"

namespace dropzone::auth {
namespace {

constexpr std::string_view kPrefix = "dzk_";
constexpr std::size_t kSecretLength = 2 * kIdLength;

constexpr std::chrono::seconds kCleanUp{5};
constexpr std::int64_t kDay = std::int64_t{24} * 3'600 * kMicrosPerSecond;

/// Whether a write that failed this way may be repeated.
bool may_be_done(ErrorCode code) {
  return code == ErrorCode::outcome_unknown || code == ErrorCode::unavailable ||
         code == ErrorCode::deadline_exceeded;
}

Error refused(std::string_view why) { return {ErrorCode::unauthenticated, std::string(why)}; }

struct KeyText {
  std::string id;
  std::string_view secret;
};

Result<KeyText> key_of(const http::Request& request) {
  const auto headers = request.headers.find_all(kApiKeyHeader);
  if (headers.size() != 1 || headers.front().size() != kPrefix.size() + kIdLength + kSecretLength ||
      !headers.front().starts_with(kPrefix) || !is_secret_text(headers.front())) {
    return refused("The header X-API-Key has no key of this server's form.");
  }
  const std::string_view text = headers.front().substr(kPrefix.size());
  return KeyText{std::string(text.substr(0, kIdLength)), text.substr(kIdLength)};
}

std::string principal_name(std::string_view id) { return "key:" + std::string(id); }

std::optional<Timestamp> time_of(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  if (value == nullptr || value->as_integer() == nullptr) return std::nullopt;
  return Timestamp{*value->as_integer()};
}

Object object_of(const ApiKey& key, std::string hash) {
  Array addresses;
  for (const std::string& address : key.addresses) addresses.push_back(address);
  Object object;
  object.append("hash", std::move(hash));
  object.append("name", key.name);
  object.append("roles", key.grants.text());
  object.append("createdAt", key.created_at.micros);
  object.append("createdBy", key.created_by);
  if (key.expires_at) object.append("expiresAt", key.expires_at->micros);
  object.append("addresses", std::move(addresses));
  object.append("certificate", key.certificate);
  return object;
}

}  // namespace

std::optional<Result<Principal>> ApiKeys::recognise(const http::Request& request) {
  const auto key = key_of(request);
  if (!key) return key.error();
  const auto known = cache_.find(key->id);
  if (!known) return std::nullopt;
  return check(**known, key->secret, request);
}

Result<Principal> ApiKeys::authenticate(const http::Request& request) {
  const auto key = key_of(request);
  if (!key) return key.error();
  const auto moment = cache_.epoch();
  const auto found = objects_.find(key->id, look_up_options(request));
  if (!found) return found.error();
  if (!*found) return refused("There is no such key, or it was revoked.");
  auto known = read(**found);
  if (!known) return std::move(known).error();
  const auto shared = std::make_shared<const Known>(*std::move(known));
  auto principal = check(*shared, key->secret, request);
  // Whoever only knows an id fills no memory.
  if (principal) cache_.keep(key->id, shared, moment, kStoreCacheTtl);
  return principal;
}

std::string ApiKeys::claimed(const http::Request& request) const {
  const auto key = key_of(request);
  return key ? principal_name(key->id) : std::string();
}

Result<Principal> ApiKeys::check(const Known& known, std::string_view secret,
                                 const http::Request& request) {
  if (!crypto::equal_in_constant_time(hash_of(secret), known.hash)) {
    return refused("There is no such key, or it was revoked.");
  }
  if (known.key.expires_at && *known.key.expires_at <= clock_.now()) {
    return refused("This key has expired.");
  }
  const auto address = http::IpAddress::parse(request.remote_address);
  if (!known.addresses.empty() && (!address || !contains(known.addresses, *address))) {
    return refused("This key is not good from this address.");
  }
  if (!known.key.certificate.empty() &&
      (!request.tls_peer || request.tls_peer->fingerprint_sha256 != known.key.certificate)) {
    return refused("This key is good only with its own client certificate.");
  }
  return Principal{.name = principal_name(known.key.id),
                   .grants = known.key.grants,
                   .credential = Credential::api_key,
                   .expires_at = known.key.expires_at};
}

Result<KeyService::MadeKey> ApiKeys::make(const Principal& maker, NewKey wanted,
                                          const CallOptions& options) {
  if (!maker.grants.cover(wanted.grants)) {
    return Error{ErrorCode::forbidden, "You cannot grant a role that you do not have."};
  }
  for (const std::string& address : wanted.addresses) {
    const auto range = http::AddressRange::parse(address);
    if (!range) return range.error();
  }
  const std::string secret = ids_.next() + ids_.next();
  MadeKey made{.key = {.id = ids_.next(),
                       .name = std::move(wanted.name),
                       .grants = std::move(wanted.grants),
                       .created_at = clock_.now(),
                       .created_by = maker.name,
                       .expires_at = {},
                       .addresses = std::move(wanted.addresses),
                       .certificate = std::move(wanted.certificate)},
               .secret = {}};
  if (wanted.lifetime) {
    made.key.expires_at =
        Timestamp{made.key.created_at.micros + wanted.lifetime->count() * kMicrosPerSecond};
  }
  made.secret = std::string(kPrefix) + made.key.id + secret;
  if (auto kept = keep(made.key, hash_of(secret), options); !kept) return std::move(kept).error();
  return made;
}

Result<void> ApiKeys::keep(const ApiKey& key, std::string hash, const CallOptions& options) {
  const auto kept = objects_.insert(key.id, object_of(key, std::move(hash)), options);
  if (kept && *kept) return {};
  if (kept) return Error{ErrorCode::internal, "The id of a new key was taken."};
  Error error = kept.error();
  if (!may_be_done(error.code)) return error;
  // The key may be there, and nobody will ever know its secret.
  if (objects_.erase(key.id, CallOptions(std::chrono::steady_clock::now() + kCleanUp))) {
    error.code = ErrorCode::unavailable;
    error.detail = "The store did not say whether the key was kept. It is removed: repeat it.";
  } else {
    error.detail = "The store did not say whether the key " + key.id +
                   " was kept. Nobody has its secret. If the list of keys shows it, revoke it.";
  }
  return error;
}

Result<std::optional<Position>> ApiKeys::sweep(std::optional<Position> after,
                                               const CallOptions& options) {
  auto page = objects_.page(std::move(after), options);
  if (!page) return std::move(page).error();
  for (const auto& found : page->objects) {
    const auto expires_at = time_of(found.object, "expiresAt");
    if (!expires_at || expires_at->micros + kDay >= clock_.now().micros) continue;
    if (const auto erased = objects_.erase(found, options); !erased) return erased.error();
  }
  return std::move(page->next);
}

Result<std::vector<ApiKey>> ApiKeys::list(const CallOptions& options) {
  const auto found = objects_.list(options);
  if (!found) return found.error();
  std::vector<ApiKey> keys;
  for (const auto& one : *found) {
    auto known = read(one);
    if (!known) return std::move(known).error();
    keys.push_back(std::move(known->key));
  }
  return keys;
}

Result<bool> ApiKeys::revoke(const std::string& id, const CallOptions& options) {
  auto erased = objects_.erase(id, options);
  cache_.revoke(id);
  return erased;
}

Result<ApiKeys::Known> ApiKeys::read(const json::SharedObjects::Found& found) {
  const Object& object = found.object;
  auto grants = Grants::parse(text_of(object.find("roles")));
  const auto created_at = time_of(object, "createdAt");
  if (!grants || !created_at) return Error{ErrorCode::store_corrupt, "A key is damaged."};
  Known known{.key = {.id = found.id,
                      .name = std::string(text_of(object.find("name"))),
                      .grants = *std::move(grants),
                      .created_at = *created_at,
                      .created_by = std::string(text_of(object.find("createdBy"))),
                      .expires_at = time_of(object, "expiresAt"),
                      .addresses = {},
                      .certificate = std::string(text_of(object.find("certificate")))},
              .hash = std::string(text_of(object.find("hash"))),
              .addresses = {}};
  const Value* const addresses = object.find("addresses");
  if (addresses == nullptr || addresses->as_array() == nullptr) return known;
  for (const Value& address : *addresses->as_array()) {
    const std::string* const text = address.as_string();
    auto range = http::AddressRange::parse(text == nullptr ? "" : *text);
    if (!range) return Error{ErrorCode::store_corrupt, "A key is damaged."};
    known.key.addresses.push_back(*text);
    known.addresses.push_back(*std::move(range));
  }
  return known;
}

}  // namespace dropzone::auth
