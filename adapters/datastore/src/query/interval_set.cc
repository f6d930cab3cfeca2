#include "query/interval_set.h"

#include <algorithm>
#include <utility>

namespace dropzone::datastore {
namespace {

std::strong_ordering compare_doubles(double a, double b) noexcept {
  if (a < b) return std::strong_ordering::less;
  return b < a ? std::strong_ordering::greater : std::strong_ordering::equal;
}

// Whether interval `a` begins before `b` does.
bool begins_before(const Interval& a, const Interval& b) {
  if (!a.lower || !b.lower) return !a.lower && b.lower;
  const auto ordering = a.lower->point <=> b.lower->point;
  return ordering != 0 ? ordering < 0 : a.lower->inclusive && !b.lower->inclusive;
}

bool ends_before(const Interval& a, const Interval& b) {
  if (!a.upper || !b.upper) return a.upper && !b.upper;
  const auto ordering = a.upper->point <=> b.upper->point;
  return ordering != 0 ? ordering < 0 : !a.upper->inclusive && b.upper->inclusive;
}

// Whether `b`, which begins no earlier than `a`, touches or overlaps it.
bool joins(const Interval& a, const Interval& b) {
  if (!a.upper || !b.lower) return true;
  const auto ordering = b.lower->point <=> a.upper->point;
  return ordering != 0 ? ordering < 0 : a.upper->inclusive || b.lower->inclusive;
}

}  // namespace

std::strong_ordering operator<=>(const IndexPoint& a, const IndexPoint& b) noexcept {
  if (a.rank != b.rank) return a.rank <=> b.rank;
  switch (a.rank) {
    case IndexPoint::Rank::string: return a.string.compare(b.string) <=> 0;
    case IndexPoint::Rank::floating: return compare_doubles(a.number, b.number);
    default: return a.integer <=> b.integer;
  }
}

bool Interval::is_point() const noexcept {
  return lower && upper && lower->inclusive && upper->inclusive && lower->point == upper->point;
}

bool Interval::is_empty() const noexcept {
  if (!lower || !upper) return false;
  const auto ordering = lower->point <=> upper->point;
  return ordering > 0 || (ordering == 0 && !(lower->inclusive && upper->inclusive));
}

bool Interval::contains(const IndexPoint& point) const noexcept {
  return !intersect(*this, at(point)).is_empty();
}

Interval intersect(const Interval& a, const Interval& b) {
  return {begins_before(a, b) ? b.lower : a.lower, ends_before(a, b) ? a.upper : b.upper};
}

IntervalSet::IntervalSet(std::vector<Interval> intervals) {
  std::erase_if(intervals, [](const Interval& interval) { return interval.is_empty(); });
  std::sort(intervals.begin(), intervals.end(), begins_before);
  for (Interval& interval : intervals) {
    if (intervals_.empty() || !joins(intervals_.back(), interval)) {
      intervals_.push_back(std::move(interval));
    } else if (ends_before(intervals_.back(), interval)) {
      intervals_.back().upper = std::move(interval.upper);
    }
  }
}

bool IntervalSet::has_range() const noexcept {
  return std::any_of(intervals_.begin(), intervals_.end(),
                     [](const Interval& interval) { return !interval.is_point(); });
}

IntervalSet intersect(const IntervalSet& a, const IntervalSet& b) {
  std::vector<Interval> common;
  auto left = a.intervals().begin();
  auto right = b.intervals().begin();
  while (left != a.intervals().end() && right != b.intervals().end()) {
    Interval both = intersect(*left, *right);
    if (!both.is_empty()) common.push_back(std::move(both));
    if (ends_before(*left, *right)) {
      ++left;
    } else {
      ++right;
    }
  }
  return IntervalSet(std::move(common));
}

IntervalSet unite(const IntervalSet& a, const IntervalSet& b) {
  std::vector<Interval> intervals = a.intervals();
  intervals.insert(intervals.end(), b.intervals().begin(), b.intervals().end());
  return IntervalSet(std::move(intervals));
}

IntervalSet subtract_points(const IntervalSet& a, std::vector<IndexPoint> points) {
  std::sort(points.begin(), points.end());
  std::vector<Interval> gaps;
  std::optional<IndexBound> lower;
  for (const IndexPoint& point : points) {
    gaps.push_back({lower, IndexBound{point, false}});
    lower = IndexBound{point, false};
  }
  gaps.push_back({lower, std::nullopt});
  // The gaps touch nowhere: each point between two is in neither.
  return intersect(a, IntervalSet(std::move(gaps)));
}

Interval null_interval() { return Interval::at(IndexPoint::null()); }

Interval timestamp_interval() {
  return {IndexBound{IndexPoint::of(kEarliestTimestamp), true},
          IndexBound{IndexPoint::of(kLatestTimestamp), true}};
}

Interval boolean_interval() {
  return {IndexBound{IndexPoint::of(false), true}, IndexBound{IndexPoint::of(true), true}};
}

Interval string_interval() {
  return {IndexBound{IndexPoint::of(std::string_view()), true},
          IndexBound{IndexPoint::of(-std::numeric_limits<double>::infinity()), false}};
}

Interval integer_interval() {
  return {IndexBound{IndexPoint::of(std::numeric_limits<std::int64_t>::min()), true},
          IndexBound{IndexPoint::of(std::numeric_limits<std::int64_t>::max()), true}};
}

Interval double_interval() {
  return {IndexBound{IndexPoint::of(-kLargestDouble), true},
          IndexBound{IndexPoint::of(kLargestDouble), true}};
}

Interval scalar_interval() {
  return {IndexBound{IndexPoint::null(), true}, IndexBound{IndexPoint::of(kLargestDouble), true}};
}

}  // namespace dropzone::datastore
