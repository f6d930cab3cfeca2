#include <limits>
#include <string>

#include "subject.h"

namespace dropzone::contract {
namespace {

TEST_CASE("aggregates are over the records that the filter selects, numbers alone") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"1", {{"a", 1}, {"b", 1}}},
                      {"2", {{"a", 2.5}, {"b", 1}}},
                      {"3", {{"a", "text"}, {"b", 1}}},
                      {"4", {{"a", Array{100}}, {"b", 1}}},
                      {"5", {{"b", 1}}},
                      {"6", {{"a", 1'000}, {"b", 2}}}});
  const auto aggregates = subject.aggregate({.kind = kind,
                                             .filter = where("b", Operator::equal, 1),
                                             .count = true,
                                             .sums = {field("a"), field("b"), field("none")},
                                             .averages = {field("a"), field("none")}});
  if (!aggregates) return;
  CHECK(aggregates->count == 5);
  CHECK(aggregates->sums == std::vector<Total>{Value(3.5), Value(5), Value(0)});
  REQUIRE(aggregates->averages.size() == 2);
  CHECK(aggregates->averages[0] == Value(1.75));
  CHECK_FALSE(aggregates->averages[1]);
}

TEST_CASE("a count that was not asked for is not there") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{"1", {{"a", 1}}}});
  const auto aggregates = subject.aggregate(
      {.kind = "plain", .filter = {}, .count = false, .sums = {field("a")}, .averages = {}});
  if (!aggregates) return;
  CHECK_FALSE(aggregates->count);
  CHECK(aggregates->sums == std::vector<Total>{Value(1)});
}

TEST_CASE("a record counts once, however many elements of its array are selected") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"array", {{"a", Array{1, 2, 3}}, {"b", 5}}},
                      {"scalar", {{"a", 2}, {"b", 7}}},
                      {"other", {{"a", 9}, {"b", 100}}}});
  for (const Filter& filter :
       {where("a", Operator::less, 9), where("a", Operator::in, Array{1, 2, 3}),
        any_of({where("a", Operator::equal, 1), where("a", Operator::equal, 2),
                where("b", Operator::equal, 5)})}) {
    const auto aggregates = subject.aggregate(
        {.kind = kind, .filter = filter, .count = true, .sums = {}, .averages = {field("b")}});
    if (!aggregates) continue;
    CHECK(aggregates->count == 2);
    CHECK(aggregates->averages.at(0) == Value(6));
  }
}

TEST_CASE("counts follow every write") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const auto count = [&](Filter filter) {
    const auto counted = subject.aggregate(
        {.kind = kind, .filter = std::move(filter), .count = true, .sums = {}, .averages = {}});
    return counted ? counted->count : std::nullopt;
  };
  if (!count({})) return;
  CHECK(count({}) == 0);
  subject.write({record(kind, "x", {{"a", 1}}), record(kind, "x"), record(kind, "y", {{"a", 1}})});
  CHECK(count({}) == 2);
  CHECK(count(where("a", Operator::equal, 1)) == 2);
  subject.write({replacing(record(kind, "x", {{"a", 2}})), skipping(record(kind, "y"))});
  CHECK(count({}) == 2);
  CHECK(count(where("a", Operator::equal, 1)) == 1);
  CHECK(count(where("a", Operator::not_equal, 1)) == 1);
  subject.erase(kind, {{.id = "x"}, {.id = "x"}});
  CHECK(count({}) == 1);
}

TEST_CASE("sums lose nothing to rounding and refuse what no double holds") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"1", {{"a", 1e16}}}, {"2", {{"a", 1}}}, {"3", {{"a", -1e16}}}});
  const AggregateQuery query{
      .kind = kind, .filter = {}, .count = false, .sums = {field("a")}, .averages = {}};
  const auto aggregates = subject.aggregate(query);
  if (!aggregates) return;
  CHECK(aggregates->sums == std::vector<Total>{Value(1)});

  const double largest = std::numeric_limits<double>::max();
  subject.fill(kind, {{"4", {{"a", largest}}}, {"5", {{"a", largest}}}});
  const auto beyond = subject.repository().aggregate(query, kNoDeadline);
  REQUIRE_FALSE(beyond);
  CHECK(beyond.error().code == ErrorCode::number_out_of_range);
}

}  // namespace
}  // namespace dropzone::contract
