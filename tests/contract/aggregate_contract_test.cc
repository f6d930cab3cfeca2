#include <limits>
#include <string>

#include <dropzone/value/json_text.h>

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

/// Each group's key and figures, or "refused".
std::string groups_of(Subject& subject, const AggregateQuery& query) {
  const auto aggregates = subject.aggregate(query);
  if (!aggregates) return "refused";
  std::string text;
  for (const Group& group : aggregates->groups) {
    text += to_json(Value(Array(group.key)));
    if (group.figures.count) text += std::to_string(*group.figures.count);
    for (const Total& sum : group.figures.sums) text += '+' + to_json(sum.number);
    for (const auto& least : group.figures.minima) text += '>' + to_json(least.value_or(Value()));
    for (const auto& most : group.figures.maxima) text += '<' + to_json(most.value_or(Value()));
    text += ' ';
  }
  return text;
}

TEST_CASE("extremes are of the numbers and timestamps of what the filter selects") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  subject.fill(kind, {{"1", {{"a", 3}, {"b", 1}, {"c", Timestamp{9}}}},
                      {"2", {{"a", -2.5}, {"b", 1}, {"c", Timestamp{4}}}},
                      {"3", {{"a", "text"}, {"b", 1}, {"c", Value()}}},
                      {"4", {{"a", Array{-100}}, {"b", 1}}},
                      {"5", {{"a", kMost}, {"b", 1}, {"c", false}}},
                      {"6", {{"a", -1'000}, {"b", 2}, {"c", 1}}}});
  const std::vector<FieldPath> fields{field("a"), field("c"), field("none")};
  const auto extremes = [&](Filter filter) {
    return subject.aggregate({.kind = kind,
                              .filter = std::move(filter),
                              .sums = {},
                              .averages = {},
                              .minima = fields,
                              .maxima = fields});
  };
  using Extremes = std::vector<std::optional<Value>>;
  if (const auto some = extremes(where("b", Operator::equal, 1))) {
    CHECK(some->minima == Extremes{Value(-2.5), Value(Timestamp{4}), std::nullopt});
    CHECK(some->maxima == Extremes{Value(kMost), Value(Timestamp{9}), std::nullopt});
  }
  if (const auto all = extremes({})) {
    CHECK(all->minima == Extremes{Value(-1'000), Value(Timestamp{4}), std::nullopt});
    CHECK(all->maxima == Extremes{Value(kMost), Value(1), std::nullopt});
  }
  if (const auto one = subject.aggregate({.kind = kind,
                                          .filter = {},
                                          .sums = {},
                                          .averages = {},
                                          .minima = {field("a")},
                                          .maxima = {field("a")}})) {
    CHECK(one->minima == Extremes{Value(-1'000)});
    CHECK(one->maxima == Extremes{Value(kMost)});
  }
}

TEST_CASE("records are grouped by the scalars of a field, in the order of these") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"1", {{"a", "x"}, {"b", 1}}},
                      {"2", {{"a", "x"}, {"b", 2.5}}},
                      {"3", {{"a", 3}, {"b", 4}}},
                      {"4", {{"a", 3.0}, {"b", "text"}}},
                      {"5", {{"a", Array{"x", "y"}}, {"b", 100}}},
                      {"6", {{"a", Object{{"d", 1}}}, {"b", 100}}},
                      {"7", {{"b", 100}}},
                      {"8", {{"a", Value()}, {"b", 8}}},
                      {"9", {{"a", true}}}});
  AggregateQuery query{.kind = kind,
                       .filter = {},
                       .count = true,
                       .sums = {field("b")},
                       .averages = {},
                       .minima = {field("b")},
                       .maxima = {field("b")},
                       .groups = {{.field = field("a")}}};
  const auto expect = [&](std::string_view groups) {
    const std::string found = groups_of(subject, query);
    if (found != "refused") CHECK(found == groups);
  };
  expect(R"([null]1+8>8<8 [true]1+0>null<null ["x"]2+3.5>1<2.5 [3]2+4>4<4 )");
  query.filter = where("b", Operator::less, 4);
  expect(R"(["x"]2+3.5>1<2.5 )");
  query.filter = where("a", Operator::greater_or_equal, "");
  query.sums = query.minima = query.maxima = {};
  expect(R"(["x"]2 )");
  query.filter = {};
  expect(R"([null]1 [true]1 ["x"]2 [3]2 )");
  query.count = false;
  expect(R"([null] [true] ["x"] [3] )");
  query.groups = {{.field = field("none")}};
  expect("");
}

TEST_CASE("records are grouped by parts of numbers and by spans of time") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const auto hour = [](int hours) { return Timestamp{hours * 3'600 * kMicrosPerSecond + 1}; };
  subject.fill(kind, {{"1", {{"a", 0.3}, {"c", hour(0)}}},
                      {"2", {{"a", 0.39}, {"c", hour(23)}}},
                      {"3", {{"a", -0.05}, {"c", hour(24)}}},
                      {"4", {{"a", 7}, {"c", hour(30)}}},
                      {"5", {{"a", Array{0.3}}, {"c", "text"}}},
                      {"6", {{"a", "0.3"}, {"c", hour(-1)}}},
                      {"7", {{"a", hour(1)}, {"c", 5}}}});
  AggregateQuery query{.kind = kind,
                       .filter = {},
                       .count = true,
                       .sums = {},
                       .averages = {},
                       .groups = {{.field = field("a"), .every = *NumberWidth::of(0.1)}}};
  const auto expect = [&](std::string_view groups) {
    const std::string found = groups_of(subject, query);
    if (found != "refused") CHECK(found == groups);
  };
  expect("[-0.1]1 [0.3]2 [7]1 ");
  query.groups = {{.field = field("c"), .every = *TimeWidth::parse("1d")}};
  expect(R"(["1969-12-31T00:00:00Z"]1 ["1970-01-01T00:00:00Z"]2 ["1970-01-02T00:00:00Z"]2 )");
  query.groups.push_back({.field = field("a"), .every = *NumberWidth::of(10)});
  expect(R"(["1970-01-01T00:00:00Z",0]2 ["1970-01-02T00:00:00Z",-10]1 )"
         R"(["1970-01-02T00:00:00Z",0]1 )");
}

TEST_CASE("more groups than an answer may have are refused") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  std::vector<Write> writes;
  for (std::size_t i = 0; i <= kMaxGroups; ++i) {
    writes.push_back(
        record(kind, "r" + std::to_string(i), {{"a", static_cast<std::int64_t>(i)}, {"b", i % 2}}));
  }
  subject.write(std::move(writes));
  const auto grouped = [&](std::string_view name) {
    return subject.repository().aggregate({.kind = kind,
                                           .filter = {},
                                           .count = true,
                                           .sums = {},
                                           .averages = {},
                                           .groups = {{.field = field(name)}}},
                                          kNoDeadline);
  };
  CHECK(grouped("a").error().code == ErrorCode::too_many_groups);
  REQUIRE(grouped("b"));
  CHECK(grouped("b")->groups.size() == 2);
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
