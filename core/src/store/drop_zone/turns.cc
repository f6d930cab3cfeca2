#include "store/drop_zone/turns.h"

#include <functional>

namespace dropzone {

Result<Turns::Turn> Turns::take(std::string_view kind, std::string_view id,
                                const CallOptions& options) {
  const std::size_t hash =
      std::hash<std::string_view>{}(kind)*31 + std::hash<std::string_view>{}(id);
  const std::size_t number = hash % slots_.size();
  Slot& slot = slots_[number];
  MutexLock lock(slot.mutex);
  const auto is_free = [&]() DROPZONE_REQUIRES(slot.mutex) { return !slot.taken; };
  // kNoDeadline is beyond what the clock's arithmetic bears.
  const bool free = options.deadline == kNoDeadline
                        ? slot.ended.wait(lock, options.stop, is_free)
                        : slot.ended.wait_until(lock, options.stop, options.deadline, is_free);
  if (!free) return deadline_exceeded();
  slot.taken = true;
  return Turn(*this, number);
}

void Turns::end(std::size_t slot) noexcept {
  {
    const MutexLock lock(slots_[slot].mutex);
    slots_[slot].taken = false;
  }
  slots_[slot].ended.notify_one();
}

}  // namespace dropzone
