#pragma once

#include <cstddef>
#include <map>
#include <string>

#include <dropzone/mutex.h>

namespace dropzone::datastore {

/// How large the entities of each kind were when they were last read, so that no query asks for
/// more of them than an answer has room for. Remembers a bounded number of kinds. Thread-safe.
class EntitySizes {
 public:
  /// An answer has room for so many bytes.
  explicit EntitySizes(std::size_t answer_bytes) : answer_bytes_(answer_bytes) {}

  /// What an answer had for how many entities.
  void note(const std::string& kind, std::size_t bytes, std::size_t entities);

  /// How many entities of the kind to ask for at most: some less than were to fit by the last
  /// answer. One at least, and any number if none was noted.
  [[nodiscard]] std::size_t most_of(const std::string& kind) const;

 private:
  const std::size_t answer_bytes_;
  mutable Mutex mutex_;
  std::map<std::string, std::size_t> bytes_of_one_ DROPZONE_GUARDED_BY(mutex_);  ///< By kind.
};

}  // namespace dropzone::datastore
