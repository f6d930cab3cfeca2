#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

namespace dropzone::http {

/// Makes room for `more` bytes in a text that grows piece by piece and may become as large as
/// `most`. A large text gets the room for all of it in one step: it is never copied while it grows,
/// so that no two copies of it exist, and memory that nothing was written to is not resident.
inline void make_room(std::string& text, std::size_t more, std::size_t most) {
  constexpr std::size_t kShort = std::size_t{64} << 10;
  constexpr std::size_t kLong = std::size_t{512} << 10;  // Below that, the heap has it ready.
  constexpr std::size_t kMostAtOnce = std::size_t{64} << 20;
  const std::size_t needed = text.size() + more;
  if (needed <= text.capacity()) return;
  const std::size_t whole = needed <= kShort  ? std::min(most, std::size_t{1} << 10)
                            : needed <= kLong ? std::min(most, kLong)
                                              : std::min(most, kMostAtOnce);
  text.reserve(needed <= whole ? whole : needed + needed / 2);
}

/// Before `more` bytes are appended to a long text that has room for them: has the system provide
/// the pages in one call instead of by a fault for each. It goes at most 256 KiB further than the
/// bytes, since nobody counts memory that is ahead of what was received.
void fault_in(std::string& text, std::size_t more) noexcept;

}  // namespace dropzone::http
