#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;

/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z, within the years 0001 to 9999.
struct Timestamp {
  std::int64_t micros = 0;

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

inline constexpr Timestamp kEarliestTimestamp{-62'135'596'800'000'000};  // 0001-01-01T00:00:00Z
inline constexpr Timestamp kLatestTimestamp{
    253'402'300'799'999'999};  // 9999-12-31T23:59:59.999999Z

/// Reads an RFC 3339 date-time with any offset, also one without its colon ("-0400"). Digits of
/// the second beyond microseconds are cut off. Refuses (`invalid_time`) second 60, hour 24, the
/// year 0, offsets beyond 23:59 and moments that leave the years 0001 to 9999 once in UTC.
Result<Timestamp> parse_timestamp(std::string_view text);

/// Appends the moment as RFC 3339 in UTC with `Z` and 0, 3 or 6 fraction digits, the fewest that
/// lose nothing: "2019-05-01T10:00:00Z".
void append_timestamp(std::string& out, Timestamp timestamp);

[[nodiscard]] std::string format_timestamp(Timestamp timestamp);

}  // namespace dropzone
