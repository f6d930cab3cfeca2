#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "subject.h"

namespace dropzone::contract {
namespace {

using Ids = std::vector<std::string>;

constexpr std::uint64_t kTwoTo63 = std::uint64_t{1} << 63;
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();

void check_numbers(Subject& subject, const Query& query, const Ids& expected) {
  for (const std::size_t limit : {1u, 2u, 100u}) {
    const auto ids = subject.ask_all(query, limit);
    if (ids) CHECK(*ids == expected);
  }
}

Query by_id(const std::string& kind, Filter filter) {
  return {.kind = kind, .filter = std::move(filter), .order = {}, .after = {}};
}

// In the order of the numbers. Ids are in another one; of some the doubles are the same.
void fill_with_large_numbers(Subject& subject, const std::string& kind) {
  subject.fill(kind, {{"z", {{"a", kGreatest}, {"b", 1}}},
                      {"y", {{"a", kTwoTo63}, {"b", 1}}},
                      {"x", {{"a", kTwoTo63 + 1}, {"b", 2}}},
                      {"c", {{"a", kTwoTo63 + 1'000}, {"b", 2}}},
                      {"w", {{"a", kTwoTo63 + 2'047}, {"b", 2}}},
                      {"d", {{"a", kMost - 1}, {"b", 1}}},
                      {"v", {{"a", kMost}, {"b", 2}}},
                      {"u", {{"a", 18446744073709551616.0}, {"b", 1}}},
                      {"t", {{"a", 1e300}, {"b", 1}}}});
}

TEST_CASE("integers up to 2^64-1 are shown with every digit") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"1",
                       {{"a", kMost},
                        {"b", Array{kTwoTo63, kTwoTo63 + 1, Array{kMost}, 0.5}},
                        {"c~/d", Object{{"e.f", kMost - 1}, {"g", kMost - 2'047}}}}}});
  const auto shown = subject.find(kind, {"1"});
  REQUIRE(shown.size() == 1);
  CHECK(shown[0].data ==
        R"({"a":18446744073709551615,)"
        R"("b":[9223372036854775808,9223372036854775809,[18446744073709551615],0.5],)"
        R"("c~/d":{"e.f":18446744073709551614,"g":18446744073709549568}})");
}

TEST_CASE("integers up to 2^64-1 are shown with every digit however deep they are") {
  Subject subject(GENERATE(each_repository()));
  Value value = Array{kMost};
  for (int level = 0; level < 30; ++level) value = Object{{"k", std::move(value)}};
  subject.fill("plain", {{"1", {{"a", std::move(value)}}}});
  const auto shown = subject.find("plain", {"1"});
  REQUIRE(shown.size() == 1);
  CHECK(shown[0].data.find("[18446744073709551615]") != std::string::npos);
}

TEST_CASE("conditions on integers from 2^63 on are exact") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  fill_with_large_numbers(subject, kind);
  const auto selected = [&](Operator op, Value operand, const Ids& expected) {
    check_numbers(subject, by_id(kind, where("a", op, std::move(operand))), expected);
  };
  selected(Operator::equal, kTwoTo63 + 1, {"x"});
  selected(Operator::equal, kTwoTo63 + 2, {});
  selected(Operator::equal, kMost, {"v"});
  selected(Operator::equal, 18446744073709551616.0, {"u"});
  selected(Operator::not_equal, kTwoTo63 + 1, {"c", "d", "t", "u", "v", "w", "y", "z"});
  selected(Operator::less, kTwoTo63 + 1, {"y", "z"});
  selected(Operator::less_or_equal, kTwoTo63 + 1, {"x", "y", "z"});
  selected(Operator::greater, kTwoTo63 + 1'000, {"d", "t", "u", "v", "w"});
  selected(Operator::greater_or_equal, kMost, {"t", "u", "v"});
  selected(Operator::greater, kGreatest, {"c", "d", "t", "u", "v", "w", "x", "y"});
  selected(Operator::less, 18446744073709551616.0, {"c", "d", "v", "w", "x", "y", "z"});
  selected(Operator::in, Array{kTwoTo63, kMost, kMost - 2, 1e300}, {"t", "v", "y"});
  selected(Operator::not_in, Array{kTwoTo63 + 1, kMost}, {"c", "d", "t", "u", "w", "y", "z"});
}

TEST_CASE("integers from 2^63 on are ordered by their values, and pages go on after them") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  fill_with_large_numbers(subject, kind);
  Query query = by_id(kind, {});
  Ids expected{"z", "y", "x", "c", "w", "d", "v", "u", "t"};
  query.order = order_by({"a"});
  check_numbers(subject, query, expected);
  std::ranges::reverse(expected);
  query.order = order_by({"-a"});
  check_numbers(subject, query, expected);
  query.order = order_by({"b", "-a"});
  check_numbers(subject, query, {"t", "u", "d", "y", "z", "v", "w", "c", "x"});
  query.order = order_by({"-a", "b"});
  check_numbers(subject, query, expected);
}

TEST_CASE("equal integers from 2^63 on are ordered by id") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"d", {{"a", kMost}}},
                      {"c", {{"a", kMost - 1}}},
                      {"b", {{"a", kMost}}},
                      {"a", {{"a", kMost - 1}}}});
  Query query = by_id(kind, {});
  query.order = order_by({"a"});
  check_numbers(subject, query, {"a", "c", "b", "d"});
  query.order = order_by({"-a"});
  check_numbers(subject, query, {"d", "b", "c", "a"});
}

TEST_CASE("a replaced integer from 2^63 on leaves nothing behind") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"1", {{"a", kMost}}}});
  subject.write({replacing(record(kind, "1", {{"a", kMost - 1}}))});
  check_numbers(subject, by_id(kind, where("a", Operator::equal, kMost)), {});
  check_numbers(subject, by_id(kind, where("a", Operator::equal, kMost - 1)), {"1"});
  subject.erase(kind, {{.id = "1"}});
  check_numbers(subject, by_id(kind, where("a", Operator::greater, 0)), {});
}

TEST_CASE("sums of integers are exact, however large they are") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"1", {{"a", kMost}, {"b", kGreatest}, {"c", (std::int64_t{1} << 53) + 1}}},
                      {"2", {{"a", kMost}, {"b", kGreatest}, {"c", 2}}},
                      {"3", {{"a", -1}, {"b", kGreatest}, {"c", 0}}},
                      {"4", {{"a", "text"}, {"b", Array{1}}}}});
  const auto aggregates = subject.aggregate({.kind = kind,
                                             .filter = {},
                                             .count = true,
                                             .sums = {field("a"), field("b"), field("c")},
                                             .averages = {field("a")}});
  if (!aggregates) return;
  CHECK(aggregates->count == 4);
  CHECK(aggregates->sums == std::vector<Total>{{Value(0x1p65), "36893488147419103229"},
                                               {Value(0x1.8p64), "27670116110564327421"},
                                               {Value((std::int64_t{1} << 53) + 3)}});
  CHECK(aggregates->averages[0] == Value(36893488147419103229.0 / 3));
}

}  // namespace
}  // namespace dropzone::contract
