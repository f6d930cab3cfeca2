#include "write/commit_source.h"

#include <utility>

namespace dropzone::datastore {

std::vector<PendingWrite> CommitSource::next() {
  const MutexLock lock(mutex_);
  std::vector<PendingWrite> commit;
  std::size_t bytes = 0;
  while (left_over_ || place_ < indexes_.size()) {
    if (!left_over_) {
      const std::size_t index = indexes_[place_++];
      left_over_ = encode_write(partition_, writes_[index], outcomes_[index]);
      if (!left_over_) continue;
    }
    bytes += mutation_bytes(*left_over_);
    if (!commit.empty() && (commit.size() == limits_.mutations || bytes > limits_.bytes)) break;
    commit.push_back(*std::exchange(left_over_, std::nullopt));
  }
  return commit;
}

void CommitSource::stop() {
  const MutexLock lock(mutex_);
  place_ = indexes_.size();
  left_over_.reset();
}

void forget(std::span<PendingWrite> commit) {
  for (PendingWrite& write : commit) {
    write.entity = {};
    write.write->original = {};
    write.write->data = {};
    write.write->data_json = {};
  }
}

}  // namespace dropzone::datastore
