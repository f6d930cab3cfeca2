#include "write/commit_source.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace dropzone::datastore {

namespace {

std::size_t bytes_of(const std::vector<PendingWrite>& writes) {
  std::size_t bytes = 0;
  for (const PendingWrite& write : writes) bytes += mutation_bytes(write);
  return bytes;
}

}  // namespace

std::vector<PendingWrite> CommitSource::next() {
  const MutexLock lock(mutex_);
  std::vector<PendingWrite> commit;
  std::size_t bytes = 0;
  while (!left_over_.empty() || place_ < indexes_.size()) {
    if (left_over_.empty()) left_over_ = next_group();
    bytes += bytes_of(left_over_);
    const std::size_t count = commit.size() + left_over_.size();
    if (!commit.empty() && (count > limits_.mutations || bytes > limits_.bytes)) break;
    std::ranges::move(left_over_, std::back_inserter(commit));
    left_over_.clear();
  }
  return commit;
}

// Empty if it is refused already.
std::vector<PendingWrite> CommitSource::next_group() {
  std::vector<PendingWrite> group;
  do {
    const std::size_t index = indexes_[place_++];
    group.push_back(encode_write(partition_, writes_[index], outcomes_[index]));
  } while (cut_ == Cut::between_groups && place_ < indexes_.size() &&
           writes_[indexes_[place_]].joined);
  PendingWrite& first = group.front();
  if (cut_ == Cut::anywhere && first.fault) {
    *first.outcome = {WriteStatus::refused, *std::move(first.fault), {}};
    group.clear();
  } else if (group.size() > limits_.mutations ||
             (group.size() > 1 && bytes_of(group) > limits_.bytes)) {
    first.fault = Error{ErrorCode::atomic_too_large,
                        "Records that belong together must fit one transaction of Datastore's."};
    for (PendingWrite& write : group) write.entity = {};
  }
  return group;
}

void CommitSource::stop() {
  const MutexLock lock(mutex_);
  place_ = indexes_.size();
  left_over_.clear();
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
