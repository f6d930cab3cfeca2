#include "query/condition_ranges.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include <dropzone/value/json_text.h>

#include "entity/exact_integers.h"
#include "index_points.h"

namespace dropzone::datastore {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kBeyondDoubles = (std::int64_t{1} << 53) + 1;

const std::vector<Value>& scalars() {
  static const std::vector<Value> values{Value(),
                                         Timestamp{-1},
                                         Timestamp{3},
                                         false,
                                         true,
                                         "",
                                         "a",
                                         std::string("a\0", 2),
                                         "a\x7f",
                                         "a\xC2\x80",
                                         "b",
                                         "\xF4\x8F\xBF\xBF",
                                         "\xF4\x8F\xBF\xBF!",
                                         std::int64_t{-1},
                                         std::int64_t{0},
                                         std::int64_t{3},
                                         3.0,
                                         -0.5,
                                         3.5,
                                         kBeyondDoubles - 1,
                                         kBeyondDoubles,
                                         kBeyondDoubles + 1,
                                         static_cast<double>(kBeyondDoubles - 1),
                                         std::numeric_limits<std::int64_t>::min(),
                                         kMost,
                                         std::ldexp(1.0, 63),
                                         -std::ldexp(1.0, 64),
                                         1e300};
  return values;
}

/// Where Datastore's index shows a value.
IndexPoint place_of(const Value& scalar) {
  if (const auto* boolean = scalar.as_boolean()) return IndexPoint::of(*boolean);
  if (const auto* integer = scalar.as_integer()) return IndexPoint::of(*integer);
  if (const auto* large = scalar.as_unsigned()) return IndexPoint::of(truncated(*large));
  if (const auto* number = scalar.as_double()) return IndexPoint::of(*number);
  if (const auto* timestamp = scalar.as_timestamp()) return IndexPoint::of(*timestamp);
  if (const auto* text = scalar.as_string()) return IndexPoint::of(std::string_view(*text));
  return IndexPoint::null();
}

bool is_among(const std::vector<IndexPoint>& points, const IndexPoint& point) {
  return std::ranges::find(points, point) != points.end();
}

/// Every value that fulfils the condition is in its ranges, and no other that is not accounted for.
void check(const Condition& condition) {
  const ConditionRanges found = ranges_of(condition);
  for (const Value& scalar : scalars()) {
    INFO(operator_name(condition.op)
         << ' ' << to_json(condition.operand) << " and " << to_json(scalar));
    const IndexPoint place = place_of(scalar);
    const bool is_there = contains(found.ranges, place);
    const bool is_hidden = (scalar.as_timestamp() && is_among(found.hides_timestamps, place)) ||
                           (scalar.as_integer() && is_among(found.hides_integers, place));
    if (scalar_matches(condition, scalar)) {
      CHECK((is_there || is_hidden));
    } else if (is_there) {
      const bool is_of_other_type = (scalar.as_timestamp() && found.by_integer) ||
                                    (scalar.as_integer() && found.by_timestamp);
      CHECK((!found.exact || is_of_other_type));
    }
  }
}

TEST_CASE("the ranges of a comparison hold the values that fulfil it") {
  constexpr Operator kComparisons[] = {
      Operator::equal,   Operator::not_equal,        Operator::less,       Operator::less_or_equal,
      Operator::greater, Operator::greater_or_equal, Operator::starts_with};
  for (const Operator op : kComparisons) {
    for (const Value& operand : scalars()) check({*FieldPath::parse("a"), op, operand});
  }
}

TEST_CASE("the ranges of IN and NOT_IN hold the values that fulfil them") {
  for (const Operator op : {Operator::in, Operator::not_in}) {
    check({*FieldPath::parse("a"), op, Array{}});
    for (const Value& first : scalars()) {
      for (const Value& second : scalars()) {
        check({*FieldPath::parse("a"), op, Array{first, second}});
      }
    }
  }
}

TEST_CASE("a prefix has no place beyond the longest string that Datastore indexes") {
  const auto ranges = [](std::string prefix) {
    return ranges_of({*FieldPath::parse("a"), Operator::starts_with, std::move(prefix)}).ranges;
  };
  const std::string longest(1'500, '\x7f');
  const IndexRanges nearly_longest = ranges(longest.substr(1));
  REQUIRE_FALSE(nearly_longest.empty());
  for (const IndexRange& range : nearly_longest) {
    REQUIRE(range.high.has_point());
    CHECK(range.high.point.string.size() <= longest.size());
  }
  CHECK(contains(ranges(longest), IndexPoint::of(std::string_view(longest))));
  CHECK_FALSE(has_range(ranges(longest)));
  CHECK(ranges(longest + "x").empty());
}

TEST_CASE("no index answers EXISTS, and all records are candidates") {
  for (const bool wanted : {true, false}) {
    const auto ranges = ranges_of({*FieldPath::parse("a"), Operator::exists, wanted});
    CHECK(ranges.everywhere);
    CHECK_FALSE(ranges.exact);
  }
}

TEST_CASE("the ranges of a long string hold the long strings that its index has") {
  // The longest that Datastore indexes; those that fulfil a comparison with a longer operand.
  const std::string indexed(1'500, 'm');
  const std::string operand = indexed + "m";
  const auto ranges = [&](Operator op) {
    return ranges_of({*FieldPath::parse("a"), op, Value(operand)}).ranges;
  };
  CHECK(contains(ranges(Operator::less), IndexPoint::of(std::string_view(indexed))));
  CHECK(contains(ranges(Operator::less), IndexPoint::of(std::string_view("a"))));
  CHECK(contains(ranges(Operator::greater), IndexPoint::of(std::string_view("z"))));
  CHECK_FALSE(contains(ranges(Operator::greater), IndexPoint::of(std::string_view("a"))));
}

}  // namespace
}  // namespace dropzone::datastore
