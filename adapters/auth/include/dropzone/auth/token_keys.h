#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/auth/expiring_cache.h>
#include <dropzone/jose/signing_key.h>
#include <dropzone/json/shared_objects.h>
#include <dropzone/mutex.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/id_source.h>

namespace dropzone::auth {

/// The keys that sign access tokens, shared by all instances. A new one is made from time to time;
/// the previous one stays valid for what it has signed. The store is read again every few seconds:
/// a key that was deleted there neither signs nor verifies any more. One call at a time reads, and
/// the others use the previous keys. Thread-safe; no lock is held over a call of the store.
class TokenKeys {
 public:
  struct Options {
    std::chrono::seconds age{30 * 24 * 3'600};  ///< Beyond which there is a new key.
    std::size_t kept = 3;                       ///< Keys, the newest among them.
    std::chrono::seconds cache_ttl = kStoreCacheTtl;
    std::chrono::seconds look_again{3};  ///< For unknown keys, at most so often.
  };
  using Key = std::shared_ptr<const jose::SigningKey>;

  TokenKeys(json::SharedObjects& objects, Clock& clock, IdSource& ids)
      : TokenKeys(objects, clock, ids, Options{}) {}
  /// All must outlive this object.
  TokenKeys(json::SharedObjects& objects, Clock& clock, IdSource& ids, Options options)
      : objects_(objects), clock_(clock), ids_(ids), options_(options) {}

  /// The newest key, made if there is none or it is too old. Failures are those of the store.
  Result<Key> current(const CallOptions& options);

  /// The key of this id; null if there is none. Unknown ids are looked up rarely.
  Result<Key> find(std::string_view id, const CallOptions& options);

  /// Those that are valid, the newest first.
  Result<std::vector<Key>> all(const CallOptions& options);

 private:
  struct Entry {
    Key key;
    Timestamp made_at;
  };

  /// The newest first. Null before they were looked at.
  using Entries = std::shared_ptr<const std::vector<Entry>>;
  using Time = std::chrono::steady_clock::time_point;

  Result<Entries> known(std::chrono::seconds cache_ttl, const CallOptions& options);
  Result<Entries> load(const CallOptions& options);
  Result<Entries> rotate(const CallOptions& options);
  static Result<Entries> read(const Object& object);
  [[nodiscard]] bool has_fresh(const Entries& entries) const;
  Entries keep(Entries entries, Time looked_at);

  json::SharedObjects& objects_;
  Clock& clock_;
  IdSource& ids_;
  const Options options_;
  Mutex mutex_;
  Entries entries_ DROPZONE_GUARDED_BY(mutex_);
  Time looked_at_ DROPZONE_GUARDED_BY(mutex_){};
  bool looking_ DROPZONE_GUARDED_BY(mutex_) = false;
};

}  // namespace dropzone::auth
