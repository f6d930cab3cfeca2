#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/call/memory_meter.h>
#include <dropzone/result.h>

#include "reader.h"

namespace dropzone::json {

/// Where a member of an object stands in its text.
struct MemberSpan {
  enum class Type : std::uint8_t { null, object, array, other };

  std::string name;
  Span key;    ///< With its quotes.
  Span value;  ///< From its first to its last character.
  Type type = Type::other;
};

inline constexpr std::size_t kAnyDepth = std::numeric_limits<std::size_t>::max();

/// What a member's span takes, with the places in which merge_patch() looks it up.
inline constexpr std::size_t kSpanBytes = 256;

[[nodiscard]] inline std::string_view cut(std::string_view text, Span span) noexcept {
  return text.substr(span.begin, span.end - span.begin);
}

/// The members of an object in their order, duplicates included. They are added to the meter.
/// Errors: `invalid_json`, `invalid_request` if the text is not an object, `too_deep` beyond
/// `max_depth` levels, `overloaded`.
Result<std::vector<MemberSpan>> members_of(std::string_view text, std::size_t max_depth,
                                           MemoryMeter& meter);

/// Of the members of an object, the first two of each of these names, and the first one of another
/// name; in their order.
Result<std::vector<MemberSpan>> members_named(std::string_view text,
                                              std::span<const std::string_view> names);

}  // namespace dropzone::json
