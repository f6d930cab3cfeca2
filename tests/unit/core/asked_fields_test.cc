// What a kind's definition says of the fields that queries name.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <dropzone/kind/query_checks.h>

#include "step_testing.h"

namespace dropzone {
namespace {

Kind kind_of(Array pipeline, Object fields = {}) {
  return Kind::parse(Object{{"name", "k"},
                            {"version", 1},
                            {"pipeline", std::move(pipeline)},
                            {"fields", std::move(fields)}},
                     StepRegistry::with_core_steps())
      .value();
}

/// A kind whose records have at, mean, place.city, tags and what is inside extra, and nothing else.
Kind closed_kind() {
  return kind_of({step("parse_time", {{"field", "at"}}),
                  step("statistics", {{"field", "data"}, {"mean", "mean"}}),
                  step("keep", {{"fields", Array{"at", "mean", "place.city", "tags", "extra"}}})},
                 {{"place.city", "string"}, {"tags", "array"}});
}

std::string in_words(const Result<void>& result) {
  return result ? "" : in_short(result.error()) + ": " + result.error().detail;
}

std::string filtered(const Kind& kind, std::string_view name, Operator op, Value operand) {
  Filter filter{Condition{field(name), op, std::move(operand)}};
  return in_words(apply_field_types(filter, kind));
}

bool can_have(const Kind& kind, std::string_view name) {
  return kind.known_fields().can_have(field(name));
}

TEST_CASE("a kind whose pipeline ends in keep has no other fields") {
  const Kind kind = closed_kind();
  for (const auto* name : {"at", "mean", "place", "place.city", "tags", "extra", "extra.x.y"}) {
    CHECK(can_have(kind, name));
  }
  for (const auto* name : {"data", "maen", "place.town", "place.city.x", "at.x", "tags.x"}) {
    CHECK_FALSE(can_have(kind, name));
  }
}

TEST_CASE("steps after keep add fields and take them away") {
  const Array keep{step("keep", {{"fields", Array{"a", "b"}}})};
  const auto with = [&](Value step) {
    Array steps = keep;
    steps.push_back(std::move(step));
    return kind_of(std::move(steps));
  };
  CHECK_FALSE(can_have(kind_of(keep), "c"));
  CHECK(can_have(with(step("set", {{"field", "c.d"}, {"value", 1}})), "c.d"));
  CHECK_FALSE(can_have(with(step("set", {{"field", "c.d"}, {"value", 1}})), "c.e"));
  CHECK(can_have(with(step("set", {{"field", "c"}, {"value", Object{}}})), "c.d"));
  CHECK_FALSE(can_have(with(step("remove", {{"fields", Array{"a"}}})), "a"));
  CHECK(can_have(with(step("copy", {{"from", "a"}, {"to", "c"}})), "c.d"));
  CHECK_FALSE(can_have(with(step("rename", {{"from", "a"}, {"to", "c"}})), "a"));
  for (const auto* name : {"copy", "rename"}) {
    const Kind kind = with(step(name, {{"from", "a"}, {"to", "c.d"}, {"ignore_missing", true}}));
    CHECK(can_have(kind, "c.d.e"));
    CHECK_FALSE(can_have(kind, "c.e"));
  }
}

TEST_CASE("a kind that keeps everything can have any field, but none inside a scalar") {
  const Kind kind = kind_of({step("parse_time", {{"field", "at"}})}, {{"place.city", "string"}});
  CHECK(can_have(kind, "x.y"));
  CHECK(can_have(kind, "place.town"));
  CHECK_FALSE(can_have(kind, "at.x"));
  CHECK_FALSE(can_have(kind, "place.city.x"));
}

TEST_CASE("a filter on a field that no record can have is refused with the nearest one") {
  const Kind kind = closed_kind();
  CHECK(filtered(kind, "maen", Operator::greater, 4) ==
        "unknown_field /field: The records of the kind \"k\" have no field \"maen\". Did you mean "
        "\"mean\"?");
  CHECK(filtered(kind, "place.cty", Operator::not_equal, 4)
            .ends_with("Did you mean \"place.city\"?"));
  Filter nested{
      Filter::And{{Filter{Condition{field("mean"), Operator::equal, 1}},
                   Filter{Filter::Or{{Filter{Condition{field("data"), Operator::equal, 1}}}}}}}};
  CHECK(in_short(apply_field_types(nested, kind).error()) == "unknown_field /and/1/or/0/field");
}

TEST_CASE("a filter with a value of a class that the field never has is refused") {
  const Kind kind = closed_kind();
  CHECK(filtered(kind, "mean", Operator::equal, "4") ==
        "invalid_filter /value: The field \"mean\" is a number in every record that has it; it is "
        "never a string.");
  CHECK(filtered(kind, "mean", Operator::less_or_equal, Value()).starts_with("invalid_filter"));
  CHECK(filtered(kind, "mean", Operator::in, Array{1, 2.5, true})
            .starts_with("invalid_filter /value/2"));
  CHECK(filtered(kind, "at", Operator::equal, 5).starts_with("invalid_filter /value"));
  CHECK(filtered(kind, "_id", Operator::equal, 5).starts_with("invalid_filter /value"));
  CHECK(filtered(kind, "place", Operator::equal, 5).starts_with("invalid_filter /field"));
  for (const auto* name : {"mean", "at", "_meta.createdAt"}) {
    CHECK(filtered(kind, name, Operator::starts_with, "2019").ends_with("it is never a string."));
  }
}

TEST_CASE("a value of the wrong class is answered with a similar name that has such values") {
  const Kind kind = kind_of(
      {},
      {{"size", "number"}, {"sizes", "string"}, {"sized", "timestamp"}, {"sized_by", "string"}});
  CHECK(filtered(kind, "size", Operator::equal, "XL").ends_with("Did you mean \"sizes\"?"));
  CHECK(filtered(kind, "size", Operator::less, "2020-01-01").ends_with("Did you mean \"sized\"?"));
  CHECK(filtered(kind, "sizes", Operator::in, Array{1}).ends_with("Did you mean \"size\"?"));
  CHECK(filtered(kind, "sized", Operator::equal, "eve").ends_with("Did you mean \"sizes\"?"));
  CHECK(filtered(kind, "size", Operator::equal, true).ends_with("never a boolean."));
  CHECK(check_figures({field("sizes")}, kind, "/sum").error().detail.ends_with("\"size\"?"));
}

TEST_CASE("a filter that some record may fulfil is taken") {
  const Kind kind = closed_kind();
  CHECK(filtered(kind, "mean", Operator::equal, 4).empty());
  CHECK(filtered(kind, "mean", Operator::not_equal, Value()).empty());
  CHECK(filtered(kind, "mean", Operator::not_in, Array{"x"}).empty());
  CHECK(filtered(kind, "tags", Operator::equal, "x").empty());
  CHECK(filtered(kind, "extra.x", Operator::equal, true).empty());
  CHECK(filtered(kind, "_id", Operator::in, Array{"x"}).empty());
  CHECK(filtered(kind, "_meta.createdAt", Operator::less, "2019-05-01").empty());
  for (const auto* name : {"mean", "at", "place", "tags", "_id", "_meta.createdAt"}) {
    CHECK(filtered(kind, name, Operator::exists, false).empty());
  }
  for (const auto* name : {"tags", "place.city", "_id"}) {
    CHECK(filtered(kind, name, Operator::starts_with, "x").empty());
  }
}

TEST_CASE("the server's own members are refused, but for the times in _meta") {
  const Kind open = kind_of({});
  for (const auto* name : {"_meta", "_meta.version", "_meta.createdAt.x", "_original", "_id.x"}) {
    CHECK(filtered(open, name, Operator::equal, "x").starts_with("invalid_filter /field"));
    CHECK(filtered(open, name, Operator::exists, true).starts_with("invalid_filter /field"));
    CHECK(in_short(check_order({{field(name)}}, open, "/orderBy").error()) ==
          "invalid_request /orderBy/0");
    CHECK(in_short(check_figures({field(name)}, open, "/sum").error()) == "invalid_request /sum/0");
    CHECK_FALSE(check_shown({field(name)}, open, "/fields"));
  }
  CHECK(check_order({{field("_meta.updatedAt"), true}, {field("_id")}}, open, ""));
  CHECK_FALSE(check_figures({field("_meta.updatedAt")}, open, ""));
  CHECK_FALSE(check_figures({field("_id")}, open, ""));
  CHECK_FALSE(check_shown({field("_meta.updatedAt")}, open, ""));
  CHECK(check_shown({field("_id"), field("x")}, open, ""));
}

TEST_CASE("orders, figures and shown fields are checked as filters are") {
  const Kind kind = closed_kind();
  CHECK(in_short(check_order({{field("mean")}, {field("maen")}}, kind, "/orderBy").error()) ==
        "unknown_field /orderBy/1");
  CHECK(in_short(check_order({{field("tags")}}, kind, "/orderBy").error()) ==
        "invalid_request /orderBy/0");
  CHECK(in_short(check_figures({field("maen")}, kind, "/avg").error()) == "unknown_field /avg/0");
  CHECK(in_short(check_figures({field("place.city")}, kind, "/avg").error()) ==
        "invalid_request /avg/0");
  CHECK(check_figures({field("mean"), field("extra.n")}, kind, "/avg"));
  CHECK(in_short(check_shown({field("mean"), field("maen")}, kind, "/fields").error()) ==
        "unknown_field /fields/1");
  CHECK(in_short(check_shown({field("maen")}, kind, "").error()) == "unknown_field");
  CHECK(check_shown({field("place")}, kind, "/fields"));
}

}  // namespace
}  // namespace dropzone
