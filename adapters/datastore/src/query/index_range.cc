#include "query/index_range.h"

#include <algorithm>

namespace dropzone::datastore {
namespace {

std::strong_ordering compare_doubles(double a, double b) noexcept {
  if (a < b) return std::strong_ordering::less;
  return b < a ? std::strong_ordering::greater : std::strong_ordering::equal;
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

std::strong_ordering operator<=>(const IndexBound& a, const IndexBound& b) noexcept {
  if (!a.has_point() || !b.has_point()) return a.at <=> b.at;
  const auto by_point = a.point <=> b.point;
  return by_point != 0 ? by_point : a.at <=> b.at;
}

IndexRange range_at(const IndexPoint& point) { return range_of(point, point); }

IndexRange range_of(const IndexPoint& first, const IndexPoint& last) {
  return {IndexBound::before(first), IndexBound::after(last)};
}

bool is_point(const IndexRange& range) noexcept {
  return range.low.at == IndexBound::At::before_point &&
         range.high.at == IndexBound::At::after_point && range.low.point == range.high.point;
}

bool contains(const IndexRange& range, const IndexPoint& point) noexcept {
  return range.low <= IndexBound::before(point) && IndexBound::after(point) <= range.high;
}

bool has_range(const IndexRanges& ranges) { return !std::ranges::all_of(ranges, is_point); }

IndexRange null_range() { return range_at(IndexPoint::null()); }

IndexRange timestamp_range() {
  return range_of(IndexPoint::of(kEarliestTimestamp), IndexPoint::of(kLatestTimestamp));
}

IndexRange boolean_range() { return range_of(IndexPoint::of(false), IndexPoint::of(true)); }

IndexRange string_range() {
  return {IndexBound::before(IndexPoint::of(std::string_view())),
          IndexBound::before(IndexPoint::of(-std::numeric_limits<double>::infinity()))};
}

IndexRange integer_range() {
  return range_of(IndexPoint::of(std::numeric_limits<std::int64_t>::min()),
                  IndexPoint::of(std::numeric_limits<std::int64_t>::max()));
}

IndexRange double_range() {
  return range_of(IndexPoint::of(-kLargestDouble), IndexPoint::of(kLargestDouble));
}

IndexRange scalar_range() { return range_of(IndexPoint::null(), IndexPoint::of(kLargestDouble)); }

}  // namespace dropzone::datastore
