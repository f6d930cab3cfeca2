#include "store/drop_zone/turns.h"

#include <functional>

namespace dropzone {

Result<Turns::Turn> Turns::take(std::string_view kind, std::string_view id,
                                const CallOptions& options) {
  const std::size_t hash =
      std::hash<std::string_view>{}(kind)*31 + std::hash<std::string_view>{}(id);
  const std::size_t number = hash % places_.size();
  Place& place = places_[number];
  std::unique_lock lock(place.mutex);
  const auto is_free = [&] { return !place.taken; };
  // kNoDeadline is beyond what the clock's arithmetic bears.
  const bool free = options.deadline == kNoDeadline
                        ? place.ended.wait(lock, options.stop, is_free)
                        : place.ended.wait_until(lock, options.stop, options.deadline, is_free);
  if (!free) return too_late();
  place.taken = true;
  return Turn(*this, number);
}

void Turns::end(std::size_t place) noexcept {
  {
    const std::lock_guard lock(places_[place].mutex);
    places_[place].taken = false;
  }
  places_[place].ended.notify_one();
}

}  // namespace dropzone
