#include <catch2/catch.hpp>
#include <string>

#include <dropzone/call/memory_account.h>
#include <dropzone/query/aggregator.h>
#include <dropzone/query/cursor_codec.h>
#include <dropzone/query/query.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

SortKey key(std::string_view field, bool descending = false) {
  return {*FieldPath::parse(field), descending};
}

Filter equal(std::string_view field, Value operand) {
  return {Condition{*FieldPath::parse(field), Operator::equal, std::move(operand)}};
}

TEST_CASE("a record without a scalar at a sort key has no place in the order") {
  const Object data{{"n", 1}, {"a", Array{1}}, {"o", Object{}}, {"z", Value()}};
  CHECK(sort_values({key("n"), key("z")}, "id", data) == std::vector<Value>{1, Value()});
  CHECK(sort_values({key("_id")}, "id", data) == std::vector<Value>{"id"});
  CHECK(sort_values({key("a")}, "id", data) == std::nullopt);
  CHECK(sort_values({key("o")}, "id", data) == std::nullopt);
  CHECK(sort_values({key("missing")}, "id", data) == std::nullopt);
}

TEST_CASE("ties are broken by id in the direction of the last key") {
  const Position a{{1}, "a"};
  const Position b{{1}, "b"};
  const Position c{{2}, "a"};
  CHECK((compare_positions({key("n")}, a, b) < 0));
  CHECK((compare_positions({key("n", true)}, a, b) > 0));
  CHECK((compare_positions({key("n")}, b, c) < 0));
  CHECK((compare_positions({key("n", true)}, c, a) < 0));
  CHECK((compare_positions({}, {{}, "a"}, {{}, "b"}) < 0));
}

TEST_CASE("queries that differ in selection or order have different identities") {
  Query query{.kind = "k", .filter = equal("t", "1970-01-01T00:00:00Z"), .order = {}, .after = {}};
  const std::string identity = query_identity(query);
  SECTION("by class of an operand that looks alike") { query.filter = equal("t", Timestamp{0}); }
  SECTION("by kind") { query.kind = "l"; }
  SECTION("by field") { query.filter = equal("u", "1970-01-01T00:00:00Z"); }
  SECTION("by order") { query.order = {key("t")}; }
  SECTION("by direction") {
    query.order = {key("t")};
    const std::string ascending = query_identity(query);
    query.order = {key("t", true)};
    CHECK(query_identity(query) != ascending);
  }
  CHECK(query_identity(query) != identity);
}

TEST_CASE("pages of one query share its identity, whatever their size and place") {
  Query query{.kind = "k", .filter = equal("n", 1), .order = {key("n")}, .after = {}};
  const std::string identity = query_identity(query);
  query.limit = 7;
  query.after = Position{{1}, "x"};
  CHECK(query_identity(query) == identity);
}

TEST_CASE("aggregates add numbers alone") {
  const AggregateQuery query{.kind = "k",
                             .filter = {},
                             .count = true,
                             .sums = {*FieldPath::parse("n"), *FieldPath::parse("none")},
                             .averages = {*FieldPath::parse("n"), *FieldPath::parse("none")}};
  Aggregator aggregator(query);
  for (const Value& value : {Value(1), Value(2.5), Value("7"), Value(true), Value(Array{100})}) {
    aggregator.add(Object{{"n", value}});
  }
  const auto result = aggregator.result();
  REQUIRE(result);
  CHECK(result->count == 5);
  CHECK(result->sums == std::vector<Total>{Value(3.5), Value(0)});
  CHECK(result->averages == std::vector<std::optional<Value>>{Value(1.75), std::nullopt});
}

TEST_CASE("extremes are of numbers and timestamps alone") {
  const std::vector<FieldPath> fields{*FieldPath::parse("n"), *FieldPath::parse("none")};
  const AggregateQuery query{
      .kind = "k", .filter = {}, .sums = {}, .averages = {}, .minima = fields, .maxima = fields};
  Aggregator aggregator(query);
  for (const Value& value : {Value("7"), Value(2.5), Value(true), Value(-1), Value(Array{100}),
                             Value(), Value(Timestamp{9})}) {
    aggregator.add(Object{{"n", value}});
  }
  const auto result = aggregator.result();
  REQUIRE(result);
  using Extremes = std::vector<std::optional<Value>>;
  CHECK(result->minima == Extremes{Value(Timestamp{9}), std::nullopt});
  CHECK(result->maxima == Extremes{Value(2.5), std::nullopt});
}

TEST_CASE("each group has its figures, and groups come in the order of their keys") {
  const FieldPath s = *FieldPath::parse("s");
  const FieldPath n = *FieldPath::parse("n");
  const AggregateQuery query{.kind = "k",
                             .filter = {},
                             .count = true,
                             .sums = {n},
                             .averages = {},
                             .groups = {{.field = s}, {.field = n, .every = *NumberWidth::of(10)}}};
  Aggregator aggregator(query);
  for (const Object& data :
       {Object{{"s", "b"}, {"n", 11}}, Object{{"s", "a"}, {"n", 25}}, Object{{"s", "b"}, {"n", 19}},
        Object{{"s", "b"}, {"n", 1}}, Object{{"s", "b"}}, Object{{"n", 1}},
        Object{{"s", "b"}, {"n", "x"}}, Object{{"s", Array{"b"}}, {"n", 1}},
        Object{{"s", Value()}, {"n", 0}}}) {
    CHECK(aggregator.add(data));
  }
  const auto result = aggregator.result();
  REQUIRE(result);
  CHECK_FALSE(result->count);
  std::string shown;
  for (const Group& group : result->groups) {
    shown += to_json(Value(Array(group.key))) + std::to_string(*group.figures.count) + ':' +
             to_json(group.figures.sums.at(0).number) + ' ';
  }
  CHECK(shown == R"([null,0]1:0 ["a",20]1:25 ["b",0]1:1 ["b",10]2:30 )");
}

TEST_CASE("more groups than an answer may have are refused, and so are those without memory") {
  const AggregateQuery query{.kind = "k",
                             .filter = {},
                             .sums = {},
                             .averages = {},
                             .groups = {{.field = *FieldPath::parse("n")}}};
  Aggregator aggregator(query);
  for (std::size_t i = 0; i < kMaxGroups; ++i) {
    CHECK(aggregator.add(Object{{"n", static_cast<std::int64_t>(i)}}));
  }
  CHECK(aggregator.add(Object{{"n", 0}}));
  CHECK(aggregator.result());
  CHECK_FALSE(aggregator.add(Object{{"n", -1}}));
  CHECK_FALSE(aggregator.add(Object{{"n", 0}}));
  CHECK(aggregator.result().error().code == ErrorCode::too_many_groups);

  MemoryBudget budget(std::size_t{1} << 20);
  MemoryAccount account(budget);
  Aggregator poor(query, &account);
  const std::string large(300'000, 'x');
  CHECK(poor.add(Object{{"n", large + "1"}}));
  bool has_room = true;
  for (int i = 2; i < 10 && has_room; ++i)
    has_room = poor.add(Object{{"n", large + std::to_string(i)}});
  CHECK_FALSE(has_room);
  CHECK_FALSE(poor.result());
}

TEST_CASE("a sum beyond the range of a double is refused, not infinite") {
  const AggregateQuery query{
      .kind = "k", .filter = {}, .sums = {*FieldPath::parse("n")}, .averages = {}};
  Aggregator aggregator(query);
  aggregator.add(Object{{"n", 1.7e308}});
  aggregator.add(Object{{"n", 1.7e308}});
  const auto result = aggregator.result();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::number_out_of_range);
}

}  // namespace
}  // namespace dropzone
