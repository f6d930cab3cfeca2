#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/clock.h>
#include <dropzone/id_source.h>
#include <dropzone/jose/signing_key.h>

#include "access/shared_objects.h"

namespace dropzone::server {

/// The keys that sign access tokens, shared by all instances. A new one is made now and then; the
/// one before stays good for what it has signed. Thread-safe.
class TokenKeys {
 public:
  struct Options {
    std::chrono::seconds age{30 * 24 * 3'600};  ///< Beyond which there is a new key.
    std::size_t kept = 3;                       ///< Keys, the newest among them.
    std::chrono::seconds look_again{3};         ///< For keys of others, at most so often.
  };
  using Key = std::shared_ptr<const jose::SigningKey>;

  TokenKeys(SharedObjects& objects, Clock& clock, IdSource& ids)
      : TokenKeys(objects, clock, ids, Options{}) {}
  /// All must outlive this object.
  TokenKeys(SharedObjects& objects, Clock& clock, IdSource& ids, Options options)
      : objects_(objects), clock_(clock), ids_(ids), options_(options) {}

  /// The newest key, made if there is none or it is too old. Failures are those of the store.
  Result<Key> current(Deadline deadline);

  /// The key of this id; null where there is none, which is looked up again but rarely.
  Result<Key> find(std::string_view id, Deadline deadline);

  /// Those that are good, the newest first.
  Result<std::vector<Key>> all(Deadline deadline);

 private:
  struct Entry {
    Key key;
    Timestamp made_at;
  };

  Result<void> load(Deadline deadline);
  Result<void> rotate(Deadline deadline);
  Result<void> take(const Object& object);
  [[nodiscard]] bool has_fresh() const;

  SharedObjects& objects_;
  Clock& clock_;
  IdSource& ids_;
  const Options options_;
  std::mutex mutex_;
  std::vector<Entry> keys_;  ///< The newest first.
  std::chrono::steady_clock::time_point loaded_at_{};
};

}  // namespace dropzone::server
