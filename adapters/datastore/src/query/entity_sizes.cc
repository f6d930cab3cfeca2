#include "query/entity_sizes.h"

#include <algorithm>
#include <limits>

namespace dropzone::datastore {
namespace {

constexpr std::size_t kMostKinds = 1'000;

}  // namespace

void EntitySizes::note(const std::string& kind, std::size_t bytes, std::size_t entities) {
  if (entities == 0) return;
  const MutexLock lock(mutex_);
  if (bytes_of_one_.size() >= kMostKinds && !bytes_of_one_.contains(kind)) return;
  bytes_of_one_[kind] = std::max<std::size_t>(1, bytes / entities);
}

std::size_t EntitySizes::most_of(const std::string& kind) const {
  const MutexLock lock(mutex_);
  const auto found = bytes_of_one_.find(kind);
  if (found == bytes_of_one_.end()) return std::numeric_limits<std::size_t>::max();
  return std::max<std::size_t>(1, answer_bytes_ / 4 * 3 / found->second);
}

}  // namespace dropzone::datastore
