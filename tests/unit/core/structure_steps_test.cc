// The steps that fill in, look up, refuse, and go into arrays and objects.
#include <catch2/catch.hpp>

#include "step_testing.h"

namespace dropzone {
namespace {

Value for_each(const char* name, Array steps, const char* as = nullptr) {
  Object parameters{{"field", name}, {"steps", std::move(steps)}};
  if (as) parameters.set("as", as);
  return step("for_each", std::move(parameters));
}

/// An object in objects, so many levels in all.
Object nested(std::size_t levels) {
  Object object;
  for (; levels > 1; --levels) object = Object{{"a", std::move(object)}};
  return object;
}

}  // namespace

TEST_CASE("default fills in what is missing, and null if configured") {
  const Value plain = step("default", {{"field", "a.b"}, {"value", Array{1}}});
  CHECK(transformed({plain}, {}) == R"({"a":{"b":[1]}})");
  CHECK(transformed({plain}, {{"a", Object{{"b", false}}}}) == R"({"a":{"b":false}})");
  CHECK(transformed({plain}, {{"a", Object{{"b", Value()}}}}) == R"({"a":{"b":null}})");
  CHECK(transformed({plain}, {{"a", 1}}) == "type_mismatch default /a");
  const Value also_null = step("default", {{"field", "a"}, {"value", 0}, {"null", true}});
  CHECK(transformed({also_null}, {{"a", Value()}, {"b", 1}}) == R"({"a":0,"b":1})");
  CHECK(transformed({also_null}, {{"a", ""}}) == R"({"a":""})");
}

TEST_CASE("what a default makes of a field's type is known if both cases agree") {
  const Value text = step("default", {{"field", "a"}, {"value", "x"}});
  CHECK(inferred({text}).empty());
  CHECK(inferred({set_step("a", "y"), text}) == "a:string");
  CHECK(inferred({set_step("a", 1), text}).empty());
  CHECK(inferred({step("remove", {{"fields", Array{"a"}}}), text}).empty());
  CHECK(inferred({step("keep", {{"fields", Array{"b"}}}), text}) == "a:string");
}

TEST_CASE("lookup finds scalars by their text") {
  const auto found = [](Value value, Object more = {}) {
    Object parameters{
        {"field", "a"},
        {"table", Object{{"7", "seven"}, {"true", 1}, {"", Value()}, {"x", Array{1}}}}};
    for (const Member& member : more.members()) parameters.set(member.name, member.value);
    return transformed({step("lookup", std::move(parameters))}, {{"a", std::move(value)}});
  };
  CHECK(found(7) == R"({"a":"seven"})");
  CHECK(found(7.0) == R"({"a":"seven"})");
  CHECK(found("7") == R"({"a":"seven"})");
  CHECK(found(true) == R"({"a":1})");
  CHECK(found("") == R"({"a":null})");
  CHECK(found("x", {{"to", "b"}}) == R"({"a":"x","b":[1]})");
  CHECK(found("7 ") == "step_failed lookup /a");
  CHECK(found(Value()) == "step_failed lookup /a");
  CHECK(found(Array{7}) == "step_failed lookup /a");
  CHECK(found(Value(), {{"default", "?"}}) == R"({"a":"?"})");
  CHECK(found(8, {{"default", Value()}}) == R"({"a":null})");
}

TEST_CASE("a lookup's table must have something, and its type is known if it is one") {
  const auto lookup = [](Value table) {
    return step("lookup", {{"field", "a"}, {"table", std::move(table)}});
  };
  CHECK(fault(lookup(Object{})).starts_with("/0/lookup/table: "));
  CHECK(fault(lookup(Array{1})).starts_with("/0/lookup/table: "));
  CHECK(inferred({lookup(Object{{"a", 1}, {"b", 2.5}})}) == "a:number");
  CHECK(inferred({lookup(Object{{"a", 1}, {"b", "x"}})}).empty());
}

TEST_CASE("reject refuses with the kind's own words") {
  const Value rule =
      only_if(step("reject", {{"message", "Too hot."}, {"field", "t.c"}}), "t.c", ">", 60);
  const auto pipeline = parse_pipeline({rule});
  const auto refusal = pipeline->apply({{"t", Object{{"c", 61}}}});
  REQUIRE_FALSE(refusal);
  CHECK(in_short(refusal.error()) == "step_failed reject /t/c");
  CHECK(refusal.error().detail == "Too hot.");
  CHECK(pipeline->apply({{"t", Object{{"c", 60}}}}));
  CHECK(fault(step("reject", {})) ==
        "/0/reject/message: The step needs the parameter \"message\".");
  CHECK(fault(step("reject", {{"message", ""}})) ==
        "/0/reject/message: \"message\" must not be empty.");
  CHECK(inferred({set_step("a", 1), rule}) == "a:number");
}

TEST_CASE("received writes when the record came, and who sent it if that is known") {
  const auto pipeline = parse_pipeline({step("received", {{"at", "at"}, {"by", "m.by"}})});
  Allowance allowance{RecordLimits{}};
  const Received known{.at = Timestamp{1'000'000}, .by = "ada"};
  CHECK(to_json(*pipeline->apply({}, {allowance, known})) ==
        R"({"at":"1970-01-01T00:00:01Z","m":{"by":"ada"}})");
  const Received unknown{.at = Timestamp{0}, .by = ""};
  CHECK(to_json(*pipeline->apply({}, {allowance, unknown})) == R"({"at":"1970-01-01T00:00:00Z"})");
  CHECK(inferred({step("received", {{"at", "at"}, {"by", "by"}})}) == "at:timestamp");
  CHECK(fault(step("received", {})).starts_with("/0/received/at: "));
  CHECK(fault(step("received", {{"at", "a"}, {"by", "a"}})).starts_with("/0/received/by: "));
  CHECK(fault(step("received", {{"at", "a"}, {"by", "a.b"}})).starts_with("/0/received/by: "));
}

TEST_CASE("a pipeline with received in it, however deep, is known to read how a record came in") {
  const Value received = step("received", {{"at", "at"}});
  const auto reads = [](const Value& each) { return parse_pipeline({each})->reads_received(); };
  CHECK(reads(received));
  CHECK(reads(for_each("a", {received})));
  CHECK(reads(on_error(set_step("a", 1), Array{received})));
  CHECK_FALSE(reads(set_step("a", 1)));
}

TEST_CASE("for_each applies steps to each object of an array") {
  const Value each =
      for_each("a.items", {set_step("n", 1), step("remove", {{"fields", Array{"x"}}})});
  CHECK(transformed({each}, {{"a", Object{{"items", Array{Object{{"x", 1}}, Object{}}}}}}) ==
        R"({"a":{"items":[{"n":1},{"n":1}]}})");
  CHECK(transformed({each}, {{"a", Object{{"items", Array{}}}}}) == R"({"a":{"items":[]}})");
  CHECK(transformed({each}, {}) == "missing_field for_each /a/items");
  CHECK(transformed({each}, {{"a", Object{{"items", Object{}}}}}) ==
        "type_mismatch for_each /a/items");
  CHECK(transformed({each}, {{"a", Object{{"items", Array{Object{}, 3}}}}}) ==
        "type_mismatch for_each /a/items/1");
  CHECK(inferred({each}) == "a:object a.items:array");
}

TEST_CASE("for_each with a name takes elements of any type, and drops those that are removed") {
  const Value upper = for_each("a", {step("uppercase", {{"field", "e"}})}, "e");
  CHECK(transformed({upper}, {{"a", Array{"x", "y"}}}) == R"({"a":["X","Y"]})");
  CHECK(transformed({upper}, {{"a", Array{"x", 1}}}) == "type_mismatch uppercase /a/1");
  const Value dropping =
      for_each("a", {only_if(step("remove", {{"fields", Array{"e"}}}), "e.v", "<", 2)}, "e");
  CHECK(transformed({dropping}, {{"a", Array{Object{{"v", 1}}, Object{{"v", 2}}, 3,
                                             Object{{"v", 0}}}}}) == R"({"a":[{"v":2},3]})");
  const Value deep = for_each("a", {step("require", {{"fields", Array{"e.v"}}})}, "e");
  CHECK(transformed({deep}, {{"a", Array{Object{{"v", 1}}, Object{}}}}) ==
        "missing_field require /a/1/v");
}

TEST_CASE("for_each goes into arrays inside arrays, and its faults lead through all of them") {
  const Value inner =
      for_each("values", {step("convert", {{"field", "v"}, {"type", "integer"}})}, "v");
  const Value outer = for_each("sensors", {inner});
  CHECK(transformed({outer}, {{"sensors", Array{Object{{"values", Array{"1", "2"}}}}}}) ==
        R"({"sensors":[{"values":[1,2]}]})");
  CHECK(transformed({outer}, {{"sensors", Array{Object{{"values", Array{}}},
                                                Object{{"values", Array{"1", "x"}}}}}}) ==
        "type_mismatch convert /sensors/1/values/1");
  CHECK(transformed({on_error(outer, "skip")},
                    {{"sensors", Array{Object{{"values", Array{"1", "x"}}}}}}) ==
        R"({"sensors":[{"values":["1","x"]}]})");
  const Value lenient = for_each("values",
                                 {on_error(step("convert", {{"field", "v"}, {"type", "integer"}}),
                                           Array{set_step("v", Value())})},
                                 "v");
  CHECK(transformed({lenient}, {{"values", Array{"1", "x"}}}) == R"({"values":[1,null]})");
}

TEST_CASE("a refusal inside for_each names the place in the whole record, in its words too") {
  const auto detail = [](const Value& loop, Object record) {
    const auto refused = parse_pipeline({loop}).value().apply(std::move(record));
    return refused ? std::string() : refused.error().detail;
  };
  const Object readings{{"readings", Array{Object{{"unit", "C"}}, Object{{"unit", 7}}}}};
  CHECK(detail(for_each("readings", {step("trim", {{"field", "unit"}})}), readings) ==
        "The value at /readings/1/unit is a number; it must be a string.");
  CHECK(detail(for_each("tags", {step("trim", {{"field", "tag"}})}, "tag"),
               {{"tags", Array{"a", true}}}) ==
        "The value at /tags/1 is a boolean; it must be a string.");
  const Value convert = step("convert", {{"field", "v"}, {"type", "integer"}});
  CHECK(detail(for_each("sensors", {for_each("values", {convert}, "v")}),
               {{"sensors", Array{Object{{"values", Array{"1", "x"}}}}}}) ==
        "The text is not an integer. It is at /sensors/0/values/1.");
  const Value reject = step("reject", {{"message", "Look at /units."}, {"field", "unit"}});
  CHECK(detail(for_each("readings", {reject}), readings) == "Look at /units.");
}

TEST_CASE("faults inside for_each's steps have their place") {
  CHECK(fault(for_each("a", {step("sett", {})})) ==
        "/0/for_each/steps/0/sett: There is no step \"sett\". Did you mean \"set\"?");
  CHECK(fault(for_each("a", {step("set", {{"field", "a"}})})) ==
        "/0/for_each/steps/0/set/value: The step needs the parameter \"value\".");
  CHECK(fault(for_each("a", {})) == "/0/for_each/steps: \"steps\" must have at least one step.");
  CHECK(fault(step("for_each", {{"field", "a"}})) ==
        "/0/for_each/steps: The step needs the parameter \"steps\".");
  CHECK(fault(step("for_each", {{"field", "a"}, {"steps", "trim"}}))
            .starts_with("/0/for_each/steps: "));
  CHECK(fault(for_each("a", {set_step("b", 1)}, "b.c")).starts_with("/0/for_each/as: "));
  // With a name, nothing else is in an element's record.
  CHECK(fault(for_each("a", {only_if(set_step("e", 1), "f", "=", 1)}, "e"))
            .starts_with("/0/for_each/steps/0/if"));
  Value deep = set_step("b", 1);
  for (int i = 0; i < 8; ++i) deep = for_each("a", {deep});
  CHECK_FALSE(fault(deep).empty());
}

TEST_CASE("what steps make inside for_each is not deeper than a record may be") {
  const auto refusal = [](Value step, std::size_t levels) {
    Allowance allowance({.max_depth = 6, .max_made_bytes = 1'000'000});
    const auto pipeline = parse_pipeline({for_each("b", {std::move(step)})});
    const auto result = pipeline->apply({{"b", Array{Object{{"v", nested(levels)}}}}}, allowance);
    return result ? "" : in_short(result.error());
  };
  const Value copy = step("copy", {{"from", "v"}, {"to", "w"}});
  CHECK(refusal(copy, 3).empty());
  CHECK(refusal(copy, 4) == "too_deep copy /b/0/w");
  const auto wrapped = [](std::size_t levels) {
    Allowance allowance({.max_depth = 6, .max_made_bytes = 1'000'000});
    const auto pipeline =
        parse_pipeline({for_each("b", {set_step("e", Value(nested(levels)))}, "e")});
    const auto result = pipeline->apply({{"b", Array{1}}}, allowance);
    return result ? "" : in_short(result.error());
  };
  CHECK(wrapped(4).empty());
  CHECK(wrapped(5) == "too_deep set /b/0");
}

TEST_CASE("flatten joins the names of inner objects, and unflatten takes them apart") {
  const Object object{{"a", Object{{"b", Object{{"c", 1}}}, {"d", Array{Object{{"e", 2}}}}}},
                      {"f", Object{}},
                      {"", Object{{"g", Value()}}}};
  const Value flatten = step("flatten", {});
  const Value unflatten = step("unflatten", {});
  CHECK(transformed({flatten}, object) == R"({"a.b.c":1,"a.d":[{"e":2}],"f":{},".g":null})");
  CHECK(transformed({flatten, unflatten}, object) == to_json(object));
  CHECK(transformed({step("flatten", {{"field", "a"}, {"separator", "__"}})},
                    {{"a", Object{{"b", Object{{"c", 1}}}}}}) == R"({"a":{"b__c":1}})");
  CHECK(transformed({flatten}, {{"a", Object{{"b", 1}}}, {"a.b", 2}}) ==
        "step_failed flatten /a.b");
  CHECK(transformed({step("flatten", {{"field", "a"}})}, {{"a", Array{}}}) ==
        "type_mismatch flatten /a");
  CHECK(transformed({step("flatten", {{"field", "a"}})}, {}) == "missing_field flatten /a");
  CHECK(transformed({step("flatten", {{"field", "a"}, {"ignore_missing", true}})}, {}) == "{}");
  CHECK(fault(step("flatten", {{"separator", ""}})).starts_with("/0/flatten/separator: "));
  CHECK(fault(step("unflatten", {{"ignore_missing", true}}))
            .starts_with("/0/unflatten/ignore_missing: "));
}

TEST_CASE("unflatten joins members with objects that are there, and refuses conflicts") {
  const auto made = [](Object object) {
    return transformed({step("unflatten", {})}, std::move(object));
  };
  CHECK(made({{"a.b", 1}, {"a", Object{{"c", 2}}}}) == R"({"a":{"b":1,"c":2}})");
  CHECK(made({{"a", Object{{"b", Object{{"c", 1}}}}}, {"a.b.d", 2}}) ==
        R"({"a":{"b":{"c":1,"d":2}}})");
  CHECK(made({{"a.b", Object{{"c", 1}}}, {"a.b.c", 2}}) == "step_failed unflatten /a.b.c");
  CHECK(made({{"a", 1}, {"a.b", 2}}) == "step_failed unflatten /a.b");
  CHECK(made({{"a.b", 2}, {"a", 1}}) == "step_failed unflatten /a");
  CHECK(made({{"a.b", 2}, {"a", Object{{"b", 1}}}}) == "step_failed unflatten /a");
  CHECK(made({{"a.b", Array{}}, {"a.b.c", 2}}) == "step_failed unflatten /a.b.c");
  CHECK(made({{".a", 1}, {"b.", 2}}) == R"({"":{"a":1},"b":{"":2}})");
}

TEST_CASE("flatten and unflatten do not make what is the server's own") {
  const auto split = [](const char* name) {
    return transformed({step("unflatten", {{"separator", "/"}})}, {{name, 1}});
  };
  CHECK(split("_meta/x") == "reserved_name unflatten /_meta");
  CHECK(split("_id/x") == "reserved_name unflatten /_id");
  CHECK(transformed({step("flatten", {{"separator", "_"}})}, {{"", Object{{"id", 1}}}}) ==
        "reserved_name flatten /_id");
  CHECK(transformed({step("unflatten", {{"field", "a"}})}, {{"a", Object{{"_id.x", 1}}}}) ==
        R"({"a":{"_id":{"x":1}}})");
}

TEST_CASE("unflatten and flatten are bounded in depth and in what they make") {
  std::string deep = "a";
  for (int i = 0; i < 30; ++i) deep += ".a";
  CHECK(transformed({step("unflatten", {})}, {{deep, 1}}) == "too_deep unflatten");
  CHECK(transformed({step("unflatten", {{"field", "b"}})}, {{"b", Object{{deep, 1}}}}) ==
        "too_deep unflatten /b");
  Object wide;
  for (int i = 0; i < 100; ++i) wide.append(std::to_string(i), i);
  Allowance allowance({.max_depth = 20, .max_made_bytes = 50'000});
  const auto refusal = parse_pipeline({step("flatten", {})})
                           ->apply({{std::string(1'000, 'x'), std::move(wide)}}, allowance);
  REQUIRE_FALSE(refusal);
  CHECK(refusal.error().code == ErrorCode::record_too_large);
}

TEST_CASE("what is known of a field that is flattened is that it is an object") {
  CHECK(inferred({set_step("a.b", 1), step("flatten", {{"field", "a"}})}) == "a:object");
  CHECK(inferred({set_step("a.b", 1), step("unflatten", {})}).empty());
}

}  // namespace dropzone
