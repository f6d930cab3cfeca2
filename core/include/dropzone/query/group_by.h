#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <dropzone/result.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Equal parts of the numbers, counted from zero. A width is a decimal fraction, and numbers are
/// grouped by their shortest decimal text, as JSON shows them: with the width 0.1, the number 0.3
/// begins a part.
class NumberWidth {
 public:
  /// `invalid_request` unless it is greater than 0, at most 1e15, and has at most 15 digits, of
  /// which 9 after the decimal point.
  static Result<NumberWidth> of(const Value& width);

  /// Where the number's part begins: the greatest multiple of the width that is not greater than
  /// the number, exact or, if it has too many digits, the nearest double. Precondition: a number.
  [[nodiscard]] Value start_of(const Value& number) const;

  friend bool operator==(const NumberWidth&, const NumberWidth&) = default;

 private:
  std::int64_t units_ = 1;  ///< The width, in units of 10^-places.
  int places_ = 0;
};

/// Equal spans of time in UTC, counted from 1970-01-01T00:00:00Z, and weeks from Mondays; or
/// calendar months.
class TimeWidth {
 public:
  /// "30s", "15m", "6h", "1d", "1w", "3M" (calendar months, counted from January) or "1y" (calendar
  /// years): a whole number and a unit, together at most 100 years. `invalid_request` otherwise.
  static Result<TimeWidth> parse(std::string_view text);

  /// When the moment's span begins, but not before the earliest timestamp.
  [[nodiscard]] Timestamp start_of(Timestamp moment) const;

  friend bool operator==(const TimeWidth&, const TimeWidth&) = default;

 private:
  std::int64_t micros_ = 0;  ///< 0 if it is months.
  std::int64_t months_ = 0;
  bool from_monday_ = false;
};

/// How a field groups records: by its values, by parts of its numbers, or by spans of its
/// timestamps.
struct GroupBy {
  FieldPath field;
  std::variant<std::monostate, NumberWidth, TimeWidth> every = {};

  friend bool operator==(const GroupBy&, const GroupBy&) = default;
};

/// What the group of a field's value is called: the value itself, or where its part or span begins.
/// Nothing if the value belongs to no group: arrays and objects do not, nor does what is not a
/// number to a width of numbers, and no timestamp to one of time.
[[nodiscard]] std::optional<Value> group_key(const GroupBy& by, const Value& value);

}  // namespace dropzone
