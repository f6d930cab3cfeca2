#include "kind/time/unix_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

constexpr std::array<std::string_view, 4> kUnixNames{"unix", "unix_ms", "unix_us", "unix_ns"};
/// The power of ten that makes microseconds of each unit.
constexpr std::array<int, 4> kMicrosExponent{6, 3, 0, -3};

bool are_unix_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A number in decimal digits: 0.DIGITS times ten to the power of `point`.
struct UnixDecimal {
  bool negative = false;
  std::string digits;
  std::int64_t point = 0;
};

std::optional<UnixDecimal> read_unix_decimal(std::string_view text) {
  UnixDecimal decimal;
  decimal.negative = text.starts_with('-');
  if (decimal.negative) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  if (!are_unix_digits(whole)) return std::nullopt;
  decimal.digits = whole;
  if (dot != text.npos) {
    const std::string_view fraction = text.substr(dot + 1);
    if (!are_unix_digits(fraction)) return std::nullopt;
    decimal.digits += fraction;
  }
  decimal.point = static_cast<std::int64_t>(whole.size());
  return decimal;
}

/// Of the spelling of a number, which may have an exponent.
std::optional<UnixDecimal> read_number_spelling(std::string_view text) {
  const std::size_t e = std::min(text.find('e'), text.size());
  auto decimal = read_unix_decimal(text.substr(0, e));
  if (!decimal || e == text.size()) return decimal;
  std::string_view exponent = text.substr(e + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::int64_t power = 0;
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  decimal->point += power;
  return decimal;
}

/// The next lower integer, or nothing if it has more than 18 digits.
std::optional<std::int64_t> floor_of_decimal(UnixDecimal decimal) {
  constexpr std::int64_t kMostDigits = 18;
  const std::size_t zeros = std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size());
  decimal.digits.erase(0, zeros);
  decimal.point -= static_cast<std::int64_t>(zeros);
  if (decimal.digits.empty()) return 0;
  if (decimal.point > kMostDigits) return std::nullopt;
  const auto whole = static_cast<std::size_t>(std::max<std::int64_t>(decimal.point, 0));
  std::int64_t magnitude = 0;
  for (std::size_t i = 0; i < whole; ++i) {
    magnitude = magnitude * 10 + (i < decimal.digits.size() ? decimal.digits[i] - '0' : 0);
  }
  if (!decimal.negative) return magnitude;
  const bool has_rest = decimal.digits.find_first_not_of('0', whole) != std::string::npos;
  return has_rest ? -magnitude - 1 : -magnitude;
}

Error no_unix_time(const Value& value, UnixUnit unit, std::string_view why) {
  const std::string* text = value.as_string();
  return {ErrorCode::invalid_time, (text ? in_quotes(*text) : to_json(value)) +
                                       " is not a time of the format \"" +
                                       std::string(kUnixNames[static_cast<std::size_t>(unit)]) +
                                       "\": " + std::string(why) + "."};
}

}  // namespace

std::optional<UnixUnit> find_unix_unit(std::string_view name) noexcept {
  const auto found = std::ranges::find(kUnixNames, name);
  if (found == kUnixNames.end()) return std::nullopt;
  return static_cast<UnixUnit>(found - kUnixNames.begin());
}

Result<Timestamp> read_unix_time(const Value& value, UnixUnit unit) {
  const std::string* text = value.as_string();
  auto decimal = text ? read_unix_decimal(*text) : read_number_spelling(to_json(value));
  if (!decimal) return no_unix_time(value, unit, "it must be digits, such as 1556704800");
  decimal->point += kMicrosExponent[static_cast<std::size_t>(unit)];
  const auto micros = floor_of_decimal(*std::move(decimal));
  if (!micros || *micros < kEarliestTimestamp.micros || *micros > kLatestTimestamp.micros) {
    return no_unix_time(value, unit, "it is outside the years 0001 to 9999");
  }
  return Timestamp{*micros};
}

Result<std::int64_t> write_unix_time(Timestamp timestamp, UnixUnit unit) {
  constexpr std::array<std::int64_t, 3> kMicros{1'000'000, 1'000, 1};
  if (unit == UnixUnit::nanos) {
    std::int64_t nanos = 0;
    if (!__builtin_mul_overflow(timestamp.micros, std::int64_t{1'000}, &nanos)) return nanos;
    return no_unix_time(timestamp, unit, "its nanoseconds do not fit 64 bits");
  }
  const std::int64_t divisor = kMicros[static_cast<std::size_t>(unit)];
  if (timestamp.micros % divisor == 0) return timestamp.micros / divisor;
  return no_unix_time(timestamp, unit, "it has a finer fraction, which would be lost");
}

}  // namespace dropzone
