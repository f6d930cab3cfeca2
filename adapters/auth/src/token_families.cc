#include <dropzone/auth/token_families.h>

#include <algorithm>
#include <thread>
#include <utility>

#include <dropzone/auth/secrets.h>
#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/text/base64.h>

namespace dropzone::auth {
namespace {

constexpr std::size_t kHalf = TokenFamilies::kSecretLength / 2;
constexpr int kAttempts = 50;
constexpr std::int64_t kDay = std::int64_t{24} * 3'600 * kMicrosPerSecond;

/// Half of a secret, which nobody can make without the seed.
std::string half_of(std::string_view seed, std::string_view purpose, std::string_view text) {
  const Sha256 mac = crypto::KeyedHash(seed)(std::string(purpose) + "\n" + std::string(text));
  return base64_encode(crypto::bytes_of(mac), Base64::url).substr(0, kHalf);
}

/// The whole secret of its first half: the second one says that it was issued here.
std::string secret_of(std::string_view seed, std::string first_half) {
  const std::string proof = half_of(seed, "issued", first_half);
  return std::move(first_half) + proof;
}

std::optional<Timestamp> moment_of(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  if (value == nullptr || value->as_integer() == nullptr) return std::nullopt;
  return Timestamp{*value->as_integer()};
}

/// Nothing if it is not a family, or is from before families had a credential.
std::optional<TokenFamily> family_of(json::SharedObjects::Found found) {
  const Object& object = found.object;
  const auto expires_at = moment_of(object, "expiresAt");
  const auto rotated_at = moment_of(object, "rotatedAt");
  // Families of before say when they were refreshed last, and not when they began.
  const auto begun_at = moment_of(object, "begunAt");
  TokenFamily family{.stored = {},
                     .user = std::string(text_of(object.find("user"))),
                     .credential = std::string(text_of(object.find("credential"))),
                     .expires_at = expires_at.value_or(Timestamp{}),
                     .begun_at = begun_at ? *begun_at : rotated_at.value_or(Timestamp{}),
                     .rotated_at = rotated_at.value_or(Timestamp{})};
  if (!expires_at || !rotated_at || family.credential.empty()) return std::nullopt;
  family.stored = std::move(found);
  return family;
}

/// The object with the ids of a user's families.
std::string list_of(const std::string& user) { return "of:" + hash_of(user); }

std::vector<std::string> ids_in(const std::optional<json::SharedObjects::Found>& list) {
  std::vector<std::string> ids;
  const Value* const array = list ? list->object.find("families") : nullptr;
  if (array == nullptr || array->as_array() == nullptr) return ids;
  for (const Value& id : *array->as_array()) {
    if (id.as_string() != nullptr) ids.push_back(*id.as_string());
  }
  return ids;
}

}  // namespace

bool TokenFamily::has_issued(std::string_view secret) const {
  const std::string seed(text_of(stored.object.find("seed")));
  return secret.size() == TokenFamilies::kSecretLength && !seed.empty() &&
         crypto::equal_in_constant_time(half_of(seed, "issued", secret.substr(0, kHalf)),
                                        secret.substr(kHalf));
}

bool TokenFamily::is_current(std::string_view secret) const {
  return crypto::equal_in_constant_time(hash_of(secret), text_of(stored.object.find("hash")));
}

bool TokenFamily::is_previous(std::string_view secret) const {
  return crypto::equal_in_constant_time(hash_of(secret), text_of(stored.object.find("previous")));
}

std::string TokenFamily::successor(std::string_view secret) const {
  const std::string seed(text_of(stored.object.find("seed")));
  return secret_of(seed, half_of(seed, "next", secret));
}

Result<TokenFamilies::Begun> TokenFamilies::begin(
    const std::string& user, const std::function<std::string(const std::string& id)>& credential_of,
    const CallOptions& options) {
  const std::string seed = ids_.next() + ids_.next();
  Begun begun{.id = ids_.next(), .secret = secret_of(seed, ids_.next())};
  if (auto entered = enter(user, begun.id, options); !entered) return std::move(entered).error();
  const Timestamp now = clock_.now();
  const auto kept = objects_.insert(begun.id,
                                    {{"user", user},
                                     {"credential", credential_of(begun.id)},
                                     {"seed", seed},
                                     {"hash", hash_of(begun.secret)},
                                     {"previous", ""},
                                     {"begunAt", now.micros},
                                     {"rotatedAt", now.micros},
                                     {"expiresAt", end_of_life().micros}},
                                    options);
  if (!kept) return kept.error();
  if (!*kept) return Error{ErrorCode::internal, "The id of a new family of tokens was taken."};
  return begun;
}

Result<std::optional<TokenFamily>> TokenFamilies::find(const std::string& id,
                                                       const CallOptions& options) {
  auto found = objects_.find(id, options);
  if (!found) return std::move(found).error();
  if (!*found) return std::optional<TokenFamily>();
  return family_of(**std::move(found));
}

Result<bool> TokenFamilies::rotate(const TokenFamily& family, std::string_view secret,
                                   const CallOptions& options) {
  return objects_.replace(family.stored,
                          {{"user", family.user},
                           {"credential", family.credential},
                           {"seed", text_of(family.stored.object.find("seed"))},
                           {"hash", hash_of(family.successor(secret))},
                           {"previous", hash_of(secret)},
                           {"begunAt", family.begun_at.micros},
                           {"rotatedAt", clock_.now().micros},
                           {"expiresAt", end_of_life().micros}},
                          options);
}

Result<std::vector<TokenFamily>> TokenFamilies::of(const std::optional<std::string>& user,
                                                   const CallOptions& options) {
  std::vector<json::SharedObjects::Found> found;
  if (user) {
    DROPZONE_TRY(const auto list, objects_.find(list_of(*user), options));
    DROPZONE_TRY(found, objects_.find_all(ids_in(list), options));
  } else {
    DROPZONE_TRY(found, objects_.list(options));
  }
  std::vector<TokenFamily> families;
  for (auto& one : found) {
    if (auto family = family_of(std::move(one))) families.push_back(*std::move(family));
  }
  return families;
}

Result<bool> TokenFamilies::end(const std::string& id, const CallOptions& options) {
  return objects_.erase(id, options);
}

Result<std::size_t> TokenFamilies::end_of(const std::string& user,
                                          const std::function<bool(const TokenFamily&)>& is_good,
                                          const CallOptions& options) {
  const auto list = objects_.find(list_of(user), options);
  if (!list) return list.error();
  auto found = objects_.find_all(ids_in(*list), options);
  if (!found) return std::move(found).error();
  std::size_t ended = 0;
  for (auto& one : *found) {
    const std::string id = one.id;
    const auto family = family_of(std::move(one));
    if (family && is_good(*family)) continue;
    const auto erased = objects_.erase(id, options);
    if (!erased) return erased.error();
    ++ended;
  }
  return ended;
}

Result<std::optional<Position>> TokenFamilies::sweep(std::optional<Position> after,
                                                     const CallOptions& options) {
  auto page = objects_.page(std::move(after), options);
  if (!page) return std::move(page).error();
  for (const auto& found : page->objects) {
    const auto stale = is_stale(found, options);
    if (!stale) return stale.error();
    if (!*stale) continue;
    if (const auto erased = objects_.erase(found, options); !erased) return erased.error();
  }
  return std::move(page->next);
}

Result<bool> TokenFamilies::is_stale(const json::SharedObjects::Found& found,
                                     const CallOptions& options) {
  const auto expires_at = moment_of(found.object, "expiresAt");
  if (!expires_at || expires_at->micros + kDay >= clock_.now().micros) return false;
  // A list shows when its user last logged in; the families may go on since.
  const auto alive = living(ids_in(found), options);
  if (!alive) return alive.error();
  return alive->empty();
}

Result<void> TokenFamilies::enter(const std::string& user, const std::string& id,
                                  const CallOptions& options) {
  const std::string name = list_of(user);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto list = objects_.find(name, options);
    if (!list) return list.error();
    auto ids = ids_in(*list);
    if (ids.size() >= options_.of_user) {
      auto alive = living(std::move(ids), options);
      if (!alive) return std::move(alive).error();
      ids = *std::move(alive);
    }
    const std::size_t excess = ids.size() + 1 - std::min(ids.size() + 1, options_.of_user);
    Array kept;
    for (std::size_t i = excess; i < ids.size(); ++i) kept.push_back(ids[i]);
    kept.push_back(id);
    Object object{
        {"user", user}, {"families", std::move(kept)}, {"expiresAt", end_of_life().micros}};
    const auto written = *list ? objects_.replace(**list, std::move(object), options)
                               : objects_.insert(name, std::move(object), options);
    if (!written) return written.error();
    if (!*written) {  // The user has logged in elsewhere meanwhile.
      std::this_thread::sleep_for(std::chrono::milliseconds(attempt));
      continue;
    }
    for (std::size_t i = 0; i < excess; ++i) {
      if (const auto ended = end(ids[i], options); !ended) return ended.error();
    }
    return {};
  }
  return Error{.code = ErrorCode::unavailable,
               .detail = "This user logs in too often at the same time.",
               .retry_after = 1};
}

Result<std::vector<std::string>> TokenFamilies::living(std::vector<std::string> ids,
                                                       const CallOptions& options) {
  const auto found = objects_.find_all(ids, options);
  if (!found) return found.error();
  std::erase_if(ids, [&](const std::string& id) {
    return std::ranges::find(*found, id, &json::SharedObjects::Found::id) == found->end();
  });
  return ids;
}

Timestamp TokenFamilies::end_of_life() const {
  return {clock_.now().micros + options_.life.count() * kMicrosPerSecond};
}

}  // namespace dropzone::auth
