#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <dropzone/result.h>
#include <dropzone/value/timestamp.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// What a number of a Unix time counts.
enum class UnixUnit : std::uint8_t { seconds, millis, micros, nanos };

/// "unix", "unix_ms", "unix_us" or "unix_ns"; nothing for other names.
[[nodiscard]] std::optional<UnixUnit> find_unix_unit(std::string_view name) noexcept;

/// The moment that is so many units after 1970, of a number or of a text of digits with or without
/// a sign and a fraction. Exact: a number counts as it is spelled in decimal digits. What is finer
/// than a microsecond is cut off, so the moment is never later. `invalid_time` if it is not such a
/// text, or is outside the years 0001 to 9999. Precondition: a number or a string.
Result<Timestamp> read_unix_time(const Value& value, UnixUnit unit);

/// The whole number of units. `invalid_time` if there is none, because of a fraction, or if it does
/// not fit 64 bits.
Result<std::int64_t> write_unix_time(Timestamp timestamp, UnixUnit unit);

}  // namespace dropzone
