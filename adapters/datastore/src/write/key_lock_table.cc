#include "write/key_lock_table.h"

#include <memory>

#include <dropzone/call/waiting.h>

namespace dropzone::datastore {

KeyLockTable::Pass KeyLockTable::enter(Keys keys, const CallOptions& call) {
  auto visit = std::make_unique<Visit>();
  visit->keys = std::move(keys);
  MutexLock lock(mutex_);
  for (const Key& key : visit->keys) {
    auto& queue = queues_[key];
    if (!queue.empty()) ++visit->behind;
    queue.push_back(visit.get());
  }
  if (wait_until_over(visit->called, lock, call, [&] { return visit->behind == 0; })) {
    return Pass(*this, std::move(visit));
  }
  take_out(*visit);
  return {};
}

void KeyLockTable::leave(const Visit& visit) {
  const MutexLock lock(mutex_);
  take_out(visit);
}

void KeyLockTable::take_out(const Visit& visit) {
  for (const Key& key : visit.keys) {
    const auto found = queues_.find(key);
    auto& queue = found->second;
    const bool was_first = queue.front() == &visit;
    std::erase(queue, &visit);
    if (queue.empty()) {
      queues_.erase(found);
    } else if (was_first && --queue.front()->behind == 0) {
      queue.front()->called.notify_one();
    }
  }
}

}  // namespace dropzone::datastore
