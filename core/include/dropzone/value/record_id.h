#pragma once

#include <cstddef>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone {

inline constexpr std::size_t kMaxIdBytes = 1'500;

/// The ids that every store can keep and a URL can name: 1 to 1,500 bytes of UTF-8 without `/`, `,`
/// and control characters, not `.` or `..`, and not `__…__`. The error is `invalid_id` and says
/// which rule was broken.
Result<void> check_record_id(std::string_view id);

/// Whether an id is `.` or `..`: clients drop these from a path before they send it. A store may
/// have records of such ids from before they were refused.
[[nodiscard]] constexpr bool is_dot_segment(std::string_view id) noexcept {
  return id == "." || id == "..";
}

/// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms; RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

/// The length of the well-formed UTF-8 character at the front of a text that is not empty, or 0.
[[nodiscard]] std::size_t character_length(std::string_view bytes) noexcept;

}  // namespace dropzone
