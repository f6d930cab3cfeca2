#include <dropzone/auth/token_keys.h>

#include <algorithm>
#include <utility>

namespace dropzone::auth {
namespace {

using std::chrono::steady_clock;

constexpr const char* kObject = "signing-keys";

Object entry_object(const jose::SigningKey& key, Timestamp made_at) {
  return Object{{"jwk", key.private_text()}, {"madeAt", made_at.micros}};
}

}  // namespace

Result<TokenKeys::Key> TokenKeys::current(const CallOptions& options) {
  auto entries = known(options_.cache_ttl, options);
  // Of several instances that make a key at once one wins; all then find what it has made.
  for (int attempt = 0; entries && !has_fresh(*entries) && attempt < 3; ++attempt) {
    entries = rotate(options);
  }
  if (!entries) return std::move(entries).error();
  if ((*entries)->empty()) return Error{ErrorCode::unavailable, "No key for tokens could be made."};
  return (*entries)->front().key;
}

Result<TokenKeys::Key> TokenKeys::find(std::string_view id, const CallOptions& options) {
  for (const auto cache_ttl : {options_.cache_ttl, options_.look_again}) {
    const auto entries = known(std::min(cache_ttl, options_.cache_ttl), options);
    if (!entries) return entries.error();
    for (const Entry& entry : **entries) {
      if (entry.key->id() == id) return entry.key;
    }
  }
  return Key();
}

Result<std::vector<TokenKeys::Key>> TokenKeys::all(const CallOptions& options) {
  if (auto made = current(options); !made) return std::move(made).error();
  const auto entries = known(options_.cache_ttl, options);
  if (!entries) return entries.error();
  std::vector<Key> keys;
  for (const Entry& entry : **entries) keys.push_back(entry.key);
  return keys;
}

bool TokenKeys::has_fresh(const Entries& entries) const {
  return !entries->empty() && clock_.now().micros - entries->front().made_at.micros <
                                  options_.age.count() * kMicrosPerSecond;
}

Result<TokenKeys::Entries> TokenKeys::known(std::chrono::seconds cache_ttl,
                                            const CallOptions& options) {
  {
    const MutexLock lock(mutex_);
    const bool young = steady_clock::now() - looked_at_ < cache_ttl;
    if (entries_ && (young || looking_)) return entries_;
    looking_ = true;
  }
  auto loaded = load(options);
  const MutexLock lock(mutex_);
  looking_ = false;
  return loaded;
}

Result<TokenKeys::Entries> TokenKeys::load(const CallOptions& options) {
  const auto looked_at = steady_clock::now();
  const auto found = objects_.find(kObject, options);
  if (!found) return found.error();
  auto entries = *found ? read((*found)->object)
                        : Result<Entries>(std::make_shared<const std::vector<Entry>>());
  if (!entries) return std::move(entries).error();
  return keep(*std::move(entries), looked_at);
}

Result<TokenKeys::Entries> TokenKeys::rotate(const CallOptions& options) {
  auto key = jose::SigningKey::generate(ids_.next());
  if (!key) return std::move(key).error();
  Array made;
  made.push_back(entry_object(*key, clock_.now()));
  const auto looked_at = steady_clock::now();
  const auto found = objects_.find(kObject, options);
  if (!found) return found.error();
  if (*found) {
    auto entries = read((*found)->object);
    if (!entries) return std::move(entries).error();
    if (has_fresh(*entries)) return keep(*std::move(entries), looked_at);
    for (const Entry& entry : **entries) {
      if (made.size() < options_.kept) made.push_back(entry_object(*entry.key, entry.made_at));
    }
  }
  const Object object{{"keys", std::move(made)}};
  const auto written = *found ? objects_.replace(**found, object, options)
                              : objects_.insert(kObject, object, options);
  if (!written) return written.error();
  if (!*written) return load(options);
  auto entries = read(object);
  if (!entries) return std::move(entries).error();
  return keep(*std::move(entries), looked_at);
}

TokenKeys::Entries TokenKeys::keep(Entries entries, Time looked_at) {
  const MutexLock lock(mutex_);
  if (!entries_ || looked_at >= looked_at_) {
    entries_ = entries;
    looked_at_ = looked_at;
  }
  return entries;
}

Result<TokenKeys::Entries> TokenKeys::read(const Object& object) {
  std::vector<Entry> keys;
  const Value* const entries = object.find("keys");
  const Array none;
  for (const Value& value :
       entries != nullptr && entries->as_array() ? *entries->as_array() : none) {
    const Object* const entry = value.as_object();
    const Value* const jwk = entry != nullptr ? entry->find("jwk") : nullptr;
    const Value* const made_at = entry != nullptr ? entry->find("madeAt") : nullptr;
    if (jwk == nullptr || jwk->as_string() == nullptr || made_at == nullptr ||
        made_at->as_integer() == nullptr) {
      return Error{ErrorCode::store_corrupt, "The keys for tokens in the store are damaged."};
    }
    auto key = jose::SigningKey::read(*jwk->as_string());
    if (!key) return std::move(key).error();
    keys.push_back({std::make_shared<const jose::SigningKey>(*std::move(key)),
                    Timestamp{*made_at->as_integer()}});
  }
  return Entries(std::make_shared<const std::vector<Entry>>(std::move(keys)));
}

}  // namespace dropzone::auth
