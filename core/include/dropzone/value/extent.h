#pragma once

#include <cstddef>

#include <dropzone/value/value.h>

namespace dropzone {

/// How large a value is.
struct Extent {
  std::size_t depth = 0;  ///< Levels of objects and arrays; 0 for a scalar.
  /// Roughly the memory that it takes: sizeof(Value), which is 40, for each value, sizeof(Member)
  /// (72, the value included) for each member, and the length of names and strings that do not fit
  /// into themselves.
  std::size_t bytes = sizeof(Value);
};

/// Walks the whole value.
[[nodiscard]] Extent extent_of(const Value& value) noexcept;

/// What a string takes besides itself. Up to 15 bytes have their place in it.
[[nodiscard]] constexpr std::size_t heap_bytes(std::size_t length) noexcept {
  constexpr std::size_t kOwnPlace = 15;
  return length > kOwnPlace ? length + 1 : 0;
}

}  // namespace dropzone
