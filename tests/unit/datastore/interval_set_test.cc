#include "query/interval_set.h"

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

/// In order, none empty, and no point in two of them.
bool is_tidy(const IntervalSet& set) {
  for (std::size_t i = 0; i < set.intervals().size(); ++i) {
    if (set.intervals()[i].is_empty()) return false;
  }
  return std::ranges::all_of(points(), [&](const IndexPoint& point) {
    return std::ranges::count_if(set.intervals(),
                                 [&](const Interval& each) { return each.contains(point); }) <= 1;
  });
}

class RandomSets {
 public:
  explicit RandomSets(std::uint32_t seed) : random_(seed) {}

  IntervalSet set() {
    std::vector<Interval> intervals;
    for (std::size_t count = below(5); count > 0; --count) {
      intervals.push_back({.lower = bound(), .upper = bound()});
    }
    return IntervalSet(std::move(intervals));
  }

  const IndexPoint& point() { return points()[below(points().size())]; }

 private:
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  std::optional<IndexBound> bound() {
    if (below(5) == 0) return std::nullopt;
    return IndexBound{point(), below(2) == 0};
  }

  std::mt19937 random_;
};

TEST_CASE("index points have the order of Datastore's indexes") {
  CHECK(std::ranges::is_sorted(points(), [](const auto& a, const auto& b) { return a < b; }));
  CHECK(IndexPoint::of(Timestamp{7}) == IndexPoint::of(std::int64_t{7}));
}

TEST_CASE("sets of intervals combine as sets of points do") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  RandomSets random(seed);
  for (int round = 0; round < 2'000; ++round) {
    const IntervalSet a = random.set();
    const IntervalSet b = random.set();
    const std::vector<IndexPoint> taken_out{random.point(), random.point()};
    const IntervalSet both = intersect(a, b);
    const IntervalSet either = unite(a, b);
    const IntervalSet without = subtract_points(a, taken_out);
    REQUIRE((is_tidy(a) && is_tidy(both) && is_tidy(either) && is_tidy(without)));
    for (const IndexPoint& point : points()) {
      REQUIRE(contains(both, point) == (contains(a, point) && contains(b, point)));
      REQUIRE(contains(either, point) == (contains(a, point) || contains(b, point)));
      const bool is_out = std::ranges::find(taken_out, point) != taken_out.end();
      REQUIRE(contains(without, point) == (contains(a, point) && !is_out));
    }
  }
}

TEST_CASE("the intervals of the classes share no point and hold every scalar") {
  const Interval classes[] = {null_interval(), boolean_interval(), string_interval(),
                              integer_interval(), double_interval()};
  for (const IndexPoint& point : points()) {
    CHECK(std::ranges::count_if(classes,
                                [&](const Interval& each) { return each.contains(point); }) == 1);
    CHECK(scalar_interval().contains(point));
  }
}

TEST_CASE("an empty set selects nothing and the whole one everything") {
  CHECK(IntervalSet().empty());
  CHECK(intersect(IntervalSet::all(), IntervalSet()).empty());
  for (const IndexPoint& point : points()) CHECK(contains(IntervalSet::all(), point));
  CHECK_FALSE(IntervalSet({Interval::at(IndexPoint::null())}).has_range());
  CHECK(IntervalSet::all().has_range());
}

}  // namespace
}  // namespace dropzone::datastore
