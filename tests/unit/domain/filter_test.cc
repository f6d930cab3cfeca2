#include <catch2/catch.hpp>

#include <dropzone/query/filter.h>

namespace dropzone {
namespace {

Condition condition(std::string_view field, std::string_view op, Value operand) {
  return {*FieldPath::parse(field), *find_operator(op), std::move(operand)};
}

bool holds(std::string_view field, std::string_view op, Value operand, const Object& data) {
  return matches(condition(field, op, std::move(operand)), "the-id", data);
}

TEST_CASE("numbers compare by value and with numbers only") {
  const Object data{{"n", 3}, {"s", "3"}, {"b", true}};
  CHECK(holds("n", "=", 3.0, data));
  CHECK(holds("n", ">", 2.5, data));
  CHECK(holds("n", "<=", 3, data));
  CHECK_FALSE(holds("n", ">", 3, data));
  CHECK_FALSE(holds("s", ">", 2, data));
  CHECK_FALSE(holds("b", ">=", 0, data));
  CHECK_FALSE(holds("n", "<", "4", data));
}

TEST_CASE("not equal is the negation of equal, across classes") {
  const Object data{{"s", "abc"}, {"n", 3}, {"z", Value()}};
  CHECK(holds("s", "!=", 3, data));
  CHECK(holds("z", "!=", 3, data));
  CHECK_FALSE(holds("n", "!=", 3.0, data));
  CHECK(holds("s", "NOT_IN", Array{3, "x"}, data));
  CHECK_FALSE(holds("n", "NOT_IN", Array{3, "x"}, data));
}

TEST_CASE("a missing field matches nothing, not even !=") {
  const Object data{{"a", Object{{"b", 1}}}};
  for (const auto* op : {"=", "!=", "<", "<=", ">", ">="}) CHECK_FALSE(holds("x", op, 1, data));
  CHECK_FALSE(holds("x", "NOT_IN", Array{}, data));
  CHECK_FALSE(holds("a.x", "!=", 1, data));
  CHECK_FALSE(holds("a.b.c", "!=", 1, data));
  CHECK(holds("a.b", "=", 1, data));
}

TEST_CASE("null equals null, and so fulfils <= and >= but not <") {
  const Object data{{"z", Value()}, {"n", 0}};
  CHECK(holds("z", "=", Value(), data));
  CHECK(holds("z", "<=", Value(), data));
  CHECK(holds("z", ">=", Value(), data));
  CHECK_FALSE(holds("z", "<", Value(), data));
  CHECK_FALSE(holds("n", ">=", Value(), data));
  CHECK(holds("z", "IN", Array{1, Value()}, data));
}

TEST_CASE("on an array one scalar element has to fulfil the condition") {
  const Object data{{"a", Array{1, "x", Value(), Array{9}, Object{{"k", 9}}}}, {"e", Array{}}};
  CHECK(holds("a", "=", 1, data));
  CHECK(holds("a", "=", "x", data));
  CHECK(holds("a", "!=", 1, data));
  CHECK(holds("a", "IN", Array{7, "x"}, data));
  CHECK_FALSE(holds("a", "=", 9, data));
  CHECK_FALSE(holds("a.k", "=", 9, data));
  CHECK_FALSE(holds("e", "!=", 1, data));
}

TEST_CASE("an object and an array of arrays match nothing") {
  const Object data{{"o", Object{{"k", 1}}}, {"aa", Array{Array{1}}}};
  CHECK_FALSE(holds("o", "!=", 1, data));
  CHECK_FALSE(holds("aa", "!=", 1, data));
  CHECK_FALSE(holds("aa", "NOT_IN", Array{}, data));
}

TEST_CASE("in an and each condition may find its own element") {
  const Object data{{"a", Array{1, 10}}};
  const Filter both{Filter::And{{Filter{condition("a", "<", 5)}, Filter{condition("a", ">", 5)}}}};
  CHECK(matches(both, "id", data));
}

TEST_CASE("EXISTS holds for whatever a field has, and its negation for a missing field alone") {
  const Object data{
      {"z", Value()}, {"o", Object{}}, {"e", Array{}}, {"aa", Array{Array{1}}}, {"n", 0}};
  for (const auto* field : {"z", "o", "e", "aa", "n", "_id"}) {
    CHECK(holds(field, "EXISTS", true, data));
    CHECK_FALSE(holds(field, "EXISTS", false, data));
  }
  for (const auto* field : {"x", "o.x", "n.x"}) {
    CHECK_FALSE(holds(field, "EXISTS", true, data));
    CHECK(holds(field, "EXISTS", false, data));
  }
}

TEST_CASE("STARTS_WITH holds for strings that begin with the bytes of the operand") {
  const Object data{{"s", "\xC3\xA9t\xC3\xA9"}, {"a", Array{1, "xyz"}}, {"n", 12}, {"e", ""}};
  CHECK(holds("s", "STARTS_WITH", "\xC3\xA9t", data));
  CHECK(holds("s", "STARTS_WITH", "\xC3\xA9t\xC3\xA9", data));
  CHECK_FALSE(holds("s", "STARTS_WITH", "e", data));
  CHECK_FALSE(holds("s", "STARTS_WITH", "\xC3\xA9t\xC3\xA9s", data));
  CHECK(holds("a", "STARTS_WITH", "xy", data));
  CHECK_FALSE(holds("a", "STARTS_WITH", "1", data));
  CHECK_FALSE(holds("n", "STARTS_WITH", "1", data));
  for (const auto* field : {"s", "a", "e", "_id"}) CHECK(holds(field, "STARTS_WITH", "", data));
  for (const auto* field : {"n", "x"}) CHECK_FALSE(holds(field, "STARTS_WITH", "", data));
  CHECK(holds("_id", "STARTS_WITH", "the-", data));
}

TEST_CASE("an empty conjunction selects all, an empty disjunction nothing") {
  CHECK(matches(Filter::all(), "id", {}));
  CHECK(Filter::all().selects_all());
  CHECK_FALSE(matches(Filter{Filter::Or{}}, "id", {}));
  CHECK_FALSE(Filter{Filter::Or{}}.selects_all());
  CHECK(Filter{Filter::And{{Filter::all()}}}.selects_all());
}

TEST_CASE("the record's id is a string field") {
  CHECK(holds("_id", ">=", "the", {}));
  CHECK(holds("_id", "IN", Array{"the-id"}, {}));
  CHECK_FALSE(holds("_id", "=", "other", {}));
  CHECK(holds("_id", "!=", 5, {}));
}

}  // namespace
}  // namespace dropzone
