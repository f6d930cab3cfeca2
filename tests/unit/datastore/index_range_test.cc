#include "query/index_range.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "index_points.h"
#include "support/random_seed.h"

namespace dropzone::datastore {
namespace {

using namespace std::string_view_literals;

/// Ascending, with several of each rank.
const std::vector<IndexPoint>& points() {
  static const std::vector<IndexPoint> all{IndexPoint::null(),
                                           IndexPoint::of(std::numeric_limits<std::int64_t>::min()),
                                           IndexPoint::of(std::int64_t{-1}),
                                           IndexPoint::of(std::int64_t{0}),
                                           IndexPoint::of(std::int64_t{7}),
                                           IndexPoint::of(false),
                                           IndexPoint::of(true),
                                           IndexPoint::of(""sv),
                                           IndexPoint::of("a"sv),
                                           IndexPoint::of("a\0"sv),
                                           IndexPoint::of("b"sv),
                                           IndexPoint::of(-1.5),
                                           IndexPoint::of(0.0),
                                           IndexPoint::of(0.5),
                                           IndexPoint::of(1e300)};
  return all;
}

/// In order, apart from each other, and none empty.
bool is_tidy(const IndexRanges& set) {
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i].empty() || (i > 0 && set[i - 1].high >= set[i].low)) return false;
  }
  return true;
}

class RandomSets {
 public:
  explicit RandomSets(std::uint32_t seed) : random_(seed) {}

  IndexRanges set() {
    std::vector<IndexRange> ranges;
    for (std::size_t count = below(5); count > 0; --count) {
      IndexRange& range = ranges.emplace_back();
      if (below(5) > 0) range.low = bound();
      if (below(5) > 0) range.high = bound();
    }
    return IndexRanges(std::move(ranges));
  }

 private:
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  const IndexPoint& point() { return points()[below(points().size())]; }
  IndexBound bound() {
    return below(2) == 0 ? IndexBound::before(point()) : IndexBound::after(point());
  }

  std::mt19937 random_;
};

TEST_CASE("index points have the order of Datastore's indexes") {
  CHECK(std::ranges::is_sorted(points(), [](const auto& a, const auto& b) { return a < b; }));
  CHECK(IndexPoint::of(Timestamp{7}) == IndexPoint::of(std::int64_t{7}));
}

TEST_CASE("ranges of an index combine as sets of points do") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  RandomSets random(seed);
  for (int round = 0; round < 2'000; ++round) {
    const IndexRanges a = random.set();
    const IndexRanges b = random.set();
    std::vector<IndexRange> parts(a.begin(), a.end());
    parts.insert(parts.end(), b.begin(), b.end());
    const IndexRanges either(std::move(parts));
    const IndexRanges both = intersect(a, b);
    const IndexRanges rest = complement(a);
    REQUIRE((is_tidy(a) && is_tidy(both) && is_tidy(either) && is_tidy(rest)));
    for (const IndexPoint& point : points()) {
      REQUIRE(contains(both, point) == (contains(a, point) && contains(b, point)));
      REQUIRE(contains(either, point) == (contains(a, point) || contains(b, point)));
      REQUIRE(contains(rest, point) != contains(a, point));
    }
  }
}

TEST_CASE("the ranges of the classes share no point and hold every scalar") {
  const IndexRange classes[] = {null_range(), boolean_range(), string_range(), integer_range(),
                                double_range()};
  for (const IndexPoint& point : points()) {
    CHECK(std::ranges::count_if(
              classes, [&](const IndexRange& each) { return contains(each, point); }) == 1);
    CHECK(contains(scalar_range(), point));
  }
}

TEST_CASE("an empty set selects nothing and the whole one everything") {
  CHECK(IndexRanges().empty());
  CHECK(intersect(IndexRanges::everything(), IndexRanges()).empty());
  for (const IndexPoint& point : points()) CHECK(contains(IndexRanges::everything(), point));
  CHECK_FALSE(has_range(IndexRanges({range_at(IndexPoint::null())})));
  CHECK(has_range(IndexRanges::everything()));
}

}  // namespace
}  // namespace dropzone::datastore
