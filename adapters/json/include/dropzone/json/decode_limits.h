#pragma once

#include <cstddef>

#include <dropzone/call/memory_account.h>

namespace dropzone::json {

/// Limits for decoding a body.
///
/// Decoded values are charged to the account while they are made, in steps of 64 KiB, and stay
/// charged: for each record its original and twice sizeof(IncomingRecord); for each element of an
/// array sizeof(Value), which is 40 bytes, for each member sizeof(Member), which is 72, and the
/// length of strings and names of more than 15 bytes; and the room in which the largest array or
/// object grew, up to twice its size again. So `0,` becomes 40 to 120 bytes, and the numbers of
/// measurements, at seven characters each, about six times their text.
struct DecodeLimits {
  /// Levels of objects and arrays within a record, the record itself being the first.
  std::size_t max_depth = 20;
  std::size_t max_records = 10'000;
  /// Values in one record, objects and arrays included.
  std::size_t max_values = std::size_t{1} << 20;
  /// Of the request; null if nobody counts. If it has no room, decoding fails as a whole with
  /// `overloaded`.
  MemoryAccount* memory = nullptr;
};

/// Values in a body other than records, such as a filter or a list of ids.
inline constexpr std::size_t kMaxRequestValues = 200'000;

}  // namespace dropzone::json
