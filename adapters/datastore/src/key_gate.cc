#include "key_gate.h"

#include <algorithm>

namespace dropzone::datastore {

KeyGate::Pass KeyGate::enter(Keys keys, Deadline deadline) {
  std::unique_lock lock(mutex_);
  const auto is_free = [&] {
    return std::none_of(keys.begin(), keys.end(),
                        [&](const auto& key) { return held_.contains(key); });
  };
  if (deadline == kNoDeadline) {
    left_.wait(lock, is_free);
  } else if (!left_.wait_until(lock, deadline, is_free)) {
    return {};
  }
  held_.insert(keys.begin(), keys.end());
  return Pass(*this, std::move(keys));
}

void KeyGate::leave(const Keys& keys) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& key : keys) held_.erase(key);
  }
  left_.notify_all();
}

}  // namespace dropzone::datastore
