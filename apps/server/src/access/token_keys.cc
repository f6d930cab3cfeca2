#include "access/token_keys.h"

#include <utility>

namespace dropzone::server {
namespace {

using std::chrono::steady_clock;

constexpr const char* kObject = "signing-keys";

Object entry_object(const jose::SigningKey& key, Timestamp made_at) {
  return Object{{"jwk", key.private_text()}, {"madeAt", made_at.micros}};
}

}  // namespace

Result<TokenKeys::Key> TokenKeys::current(Deadline deadline) {
  const std::lock_guard lock(mutex_);
  if (!has_fresh()) {
    if (auto loaded = load(deadline); !loaded) return std::move(loaded).error();
  }
  // Of several instances that make a key at once one wins; all then find what it has made.
  for (int attempt = 0; !has_fresh() && attempt < 3; ++attempt) {
    if (auto rotated = rotate(deadline); !rotated) return std::move(rotated).error();
  }
  if (keys_.empty()) return Error{ErrorCode::unavailable, "No key for tokens could be made."};
  return keys_.front().key;
}

Result<TokenKeys::Key> TokenKeys::find(std::string_view id, Deadline deadline) {
  const std::lock_guard lock(mutex_);
  for (int attempt = 0;; ++attempt) {
    for (const Entry& entry : keys_) {
      if (entry.key->id() == id) return entry.key;
    }
    const auto now = steady_clock::now();
    if (attempt > 0 || now - loaded_at_ < options_.look_again) return Key();
    if (auto loaded = load(deadline); !loaded) return std::move(loaded).error();
  }
}

Result<std::vector<TokenKeys::Key>> TokenKeys::all(Deadline deadline) {
  if (auto made = current(deadline); !made) return std::move(made).error();
  const std::lock_guard lock(mutex_);
  if (steady_clock::now() - loaded_at_ >= options_.look_again) {
    if (auto loaded = load(deadline); !loaded) return std::move(loaded).error();
  }
  std::vector<Key> keys;
  for (const Entry& entry : keys_) keys.push_back(entry.key);
  return keys;
}

bool TokenKeys::has_fresh() const {
  return !keys_.empty() && clock_.now().micros - keys_.front().made_at.micros <
                               options_.age.count() * kMicrosPerSecond;
}

Result<void> TokenKeys::load(Deadline deadline) {
  const auto found = objects_.find(kObject, deadline);
  if (!found) return found.error();
  loaded_at_ = steady_clock::now();
  return *found ? take((*found)->object) : Result<void>();
}

Result<void> TokenKeys::rotate(Deadline deadline) {
  auto key = jose::SigningKey::generate(ids_.next());
  if (!key) return std::move(key).error();
  Array entries;
  entries.push_back(entry_object(*key, clock_.now()));
  const auto found = objects_.find(kObject, deadline);
  if (!found) return found.error();
  if (*found) {
    if (auto taken = take((*found)->object); !taken) return taken;
    if (has_fresh()) return {};
  }
  for (const Entry& entry : keys_) {
    if (entries.size() < options_.kept) entries.push_back(entry_object(*entry.key, entry.made_at));
  }
  const Object object{{"keys", std::move(entries)}};
  const auto written = *found ? objects_.replace(**found, object, deadline)
                              : objects_.insert(kObject, object, deadline);
  if (!written) return written.error();
  return *written ? take(object) : load(deadline);
}

Result<void> TokenKeys::take(const Object& object) {
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
  keys_ = std::move(keys);
  return {};
}

}  // namespace dropzone::server
