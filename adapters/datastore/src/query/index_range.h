#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <dropzone/query/range_set.h>
#include <dropzone/value/timestamp.h>
#include <dropzone/value/value.h>

namespace dropzone::datastore {

/// A place in the order of Datastore's indexes: null < integers and timestamps, mixed, a timestamp
/// being its microseconds < booleans < blobs < strings < doubles. Keys have the same order, with
/// numeric ids as integers and names as strings.
struct IndexPoint {
  enum class Rank : std::uint8_t { null, integral, boolean, string, floating };

  Rank rank = Rank::null;
  std::int64_t integer = 0;  ///< Also of a timestamp, and of a boolean.
  double number = 0;
  std::string string;

  static IndexPoint null() { return {}; }
  static IndexPoint of(std::int64_t integer) { return {Rank::integral, integer, 0, {}}; }
  static IndexPoint of(Timestamp timestamp) { return of(timestamp.micros); }
  static IndexPoint of(bool boolean) { return {Rank::boolean, boolean ? 1 : 0, 0, {}}; }
  static IndexPoint of(double number) { return {Rank::floating, 0, number, {}}; }
  static IndexPoint of(std::string_view string) {
    return {Rank::string, 0, 0, std::string(string)};
  }

  friend std::strong_ordering operator<=>(const IndexPoint& a, const IndexPoint& b) noexcept;
  friend bool operator==(const IndexPoint& a, const IndexPoint& b) noexcept {
    return (a <=> b) == 0;
  }
};

/// A place between the entries of an index.
struct IndexBound {
  enum class At : std::uint8_t { before_all, before_point, after_point, after_all };

  At at = At::before_all;
  IndexPoint point;  ///< Before or after which it is, if so.

  static IndexBound before_everything() { return {}; }
  static IndexBound after_everything() { return {At::after_all, {}}; }
  static IndexBound before(IndexPoint point) { return {At::before_point, std::move(point)}; }
  static IndexBound after(IndexPoint point) { return {At::after_point, std::move(point)}; }

  [[nodiscard]] bool has_point() const noexcept {
    return at == At::before_point || at == At::after_point;
  }

  friend std::strong_ordering operator<=>(const IndexBound& a, const IndexBound& b) noexcept;
  friend bool operator==(const IndexBound& a, const IndexBound& b) noexcept {
    return (a <=> b) == 0;
  }
};

using IndexRange = Range<IndexBound>;
using IndexRanges = RangeSet<IndexBound>;

/// The entries of a point.
[[nodiscard]] IndexRange range_at(const IndexPoint& point);
/// From a point to another, with both.
[[nodiscard]] IndexRange range_of(const IndexPoint& first, const IndexPoint& last);
/// Whether it has the entries of one point.
[[nodiscard]] bool is_point(const IndexRange& range) noexcept;
[[nodiscard]] bool contains(const IndexRange& range, const IndexPoint& point) noexcept;
/// Whether not all of its ranges are points.
[[nodiscard]] bool has_range(const IndexRanges& ranges);

// The ranges of the values of our classes. Doubles are the finite ones.
inline constexpr double kLargestDouble = std::numeric_limits<double>::max();
[[nodiscard]] IndexRange null_range();
[[nodiscard]] IndexRange timestamp_range();
[[nodiscard]] IndexRange boolean_range();
[[nodiscard]] IndexRange string_range();
[[nodiscard]] IndexRange integer_range();
[[nodiscard]] IndexRange double_range();
/// From null to the largest double.
[[nodiscard]] IndexRange scalar_range();

}  // namespace dropzone::datastore
