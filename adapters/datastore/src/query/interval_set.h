#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

struct IndexBound {
  IndexPoint point;
  bool inclusive = true;
};

/// What is between two places; a missing bound is open.
struct Interval {
  std::optional<IndexBound> lower;
  std::optional<IndexBound> upper;

  static Interval at(const IndexPoint& point) {
    return {IndexBound{point, true}, IndexBound{point, true}};
  }
  [[nodiscard]] bool is_point() const noexcept;
  [[nodiscard]] bool is_empty() const noexcept;
  [[nodiscard]] bool contains(const IndexPoint& point) const noexcept;
};

[[nodiscard]] Interval intersect(const Interval& a, const Interval& b);

/// A union of intervals that do not overlap, in order.
class IntervalSet {
 public:
  IntervalSet() = default;                                ///< Empty.
  explicit IntervalSet(std::vector<Interval> intervals);  ///< In any order.

  static IntervalSet all() { return IntervalSet({Interval{}}); }

  [[nodiscard]] const std::vector<Interval>& intervals() const noexcept { return intervals_; }
  [[nodiscard]] bool empty() const noexcept { return intervals_.empty(); }
  [[nodiscard]] bool has_range() const noexcept;

 private:
  std::vector<Interval> intervals_;
};

[[nodiscard]] IntervalSet intersect(const IntervalSet& a, const IntervalSet& b);
[[nodiscard]] IntervalSet unite(const IntervalSet& a, const IntervalSet& b);
/// `a` without the points.
[[nodiscard]] IntervalSet subtract_points(const IntervalSet& a, std::vector<IndexPoint> points);

// The ranges of the values of our classes. Doubles are the finite ones.
inline constexpr double kLargestDouble = std::numeric_limits<double>::max();
[[nodiscard]] Interval null_interval();
[[nodiscard]] Interval timestamp_interval();
[[nodiscard]] Interval boolean_interval();
[[nodiscard]] Interval string_interval();
[[nodiscard]] Interval integer_interval();
[[nodiscard]] Interval double_interval();
/// From null to the largest double.
[[nodiscard]] Interval scalar_interval();

}  // namespace dropzone::datastore
