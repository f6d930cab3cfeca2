#include "query/key_range.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include <dropzone/value/json_text.h>

namespace dropzone::sqlite {
namespace {

const std::vector<Value>& scalars() {
  static const std::vector<Value> values{Value(),
                                         Timestamp{-1},
                                         Timestamp{5},
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
                                         -1.5,
                                         0,
                                         3,
                                         3.5,
                                         std::numeric_limits<std::int64_t>::max(),
                                         1e300};
  return values;
}

bool contains(const KeyRanges& ranges, const Value& scalar) {
  const Bound place = Bound::before(scalar, "id");
  return std::ranges::any_of(
      ranges, [&](const KeyRange& range) { return range.low <= place && place < range.high; });
}

bool is_tidy(const KeyRanges& ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].empty()) return false;
    if (i > 0 && ranges[i - 1].high >= ranges[i].low) return false;
  }
  return true;
}

constexpr Operator kOperators[] = {
    Operator::equal,   Operator::not_equal,        Operator::less,   Operator::less_or_equal,
    Operator::greater, Operator::greater_or_equal, Operator::exists, Operator::starts_with};

TEST_CASE("the ranges of a condition hold the scalars that fulfil it and no others") {
  std::vector<Value> operands = scalars();
  operands.push_back(Array{3});
  operands.push_back(Object{});
  for (const Value& operand : operands) {
    for (const Operator op : kOperators) {
      const Condition condition{*FieldPath::parse("a"), op, operand};
      const KeyRanges ranges = ranges_of(condition);
      INFO(operator_name(op) << ' ' << to_json(operand));
      CHECK(is_tidy(ranges));
      for (const Value& scalar : scalars()) {
        INFO(to_json(scalar));
        CHECK(contains(ranges, scalar) == scalar_matches(condition, scalar));
      }
    }
  }
}

TEST_CASE("so do the ranges of IN and NOT_IN") {
  const Array operands{3, "a", Value(), "a", 3.0, Array{}, true};
  for (const Operator op : {Operator::in, Operator::not_in}) {
    for (const Value& operand : {Value(operands), Value(Array{}), Value(3)}) {
      const Condition condition{*FieldPath::parse("a"), op, operand};
      const KeyRanges ranges = ranges_of(condition);
      CHECK(is_tidy(ranges));
      for (const Value& scalar : scalars()) {
        INFO(operator_name(op) << ' ' << to_json(operand) << ' ' << to_json(scalar));
        CHECK(contains(ranges, scalar) == scalar_matches(condition, scalar));
      }
    }
  }
}

TEST_CASE("ranges are united, intersected and complemented as sets are") {
  std::vector<KeyRanges> sets;
  for (const Operator op : kOperators) {
    for (const Value& operand : scalars()) {
      sets.push_back(ranges_of({*FieldPath::parse("a"), op, operand}));
    }
  }
  for (const KeyRanges& left : sets) {
    REQUIRE(is_tidy(complement(left)));
    for (const KeyRanges& right : sets) {
      std::vector<KeyRange> parts(left.begin(), left.end());
      parts.insert(parts.end(), right.begin(), right.end());
      const KeyRanges either(std::move(parts));
      const KeyRanges both = intersect(left, right);
      REQUIRE(is_tidy(either));
      REQUIRE(is_tidy(both));
      for (const Value& scalar : scalars()) {
        const bool in_left = contains(left, scalar);
        const bool in_right = contains(right, scalar);
        REQUIRE(contains(either, scalar) == (in_left || in_right));
        REQUIRE(contains(both, scalar) == (in_left && in_right));
        REQUIRE(contains(complement(left), scalar) != in_left);
      }
    }
  }
}

TEST_CASE("a bound at an id is between the entry before and the one of the id") {
  const Value value = 3;
  CHECK(Bound::before(value) < Bound::before(value, "a"));
  CHECK(Bound::before(value, "a") < Bound::after(value, "a"));
  CHECK(Bound::after(value, "a") < Bound::before(value, "b"));
  CHECK(Bound::after(value, "a") < Bound::before(value, "a!"));
  CHECK(Bound::after(value, "z") < Bound::after(value));
  CHECK(Bound::after(value) < Bound::before(Value(4)));
}

}  // namespace
}  // namespace dropzone::sqlite
