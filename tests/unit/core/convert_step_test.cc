#include <catch2/catch.hpp>

#include "step_testing.h"

namespace dropzone {
namespace {

/// What a value becomes, as JSON, or the refusal in short.
std::string converted(Value value, Object parameters) {
  parameters.set("field", "a");
  const auto result = parse_pipeline({step("convert", std::move(parameters))})
                          .value()
                          .apply({{"a", std::move(value)}});
  if (!result) return in_short(result.error());
  return result->empty() ? "missing" : to_json(result->members().front().value);
}

std::string to(const char* type, Value value) {
  return converted(std::move(value), {{"type", type}});
}

constexpr auto kMismatch = "type_mismatch convert /a";
constexpr auto kOutOfRange = "number_out_of_range convert /a";

}  // namespace

TEST_CASE("convert makes an integer of text that is exactly one") {
  CHECK(to("integer", "0") == "0");
  CHECK(to("integer", "-0") == "0");
  CHECK(to("integer", "007") == "7");
  CHECK(to("integer", "3.0") == "3");
  CHECK(to("integer", "0.000") == "0");
  CHECK(to("integer", "1e3") == "1000");
  CHECK(to("integer", "1500e-2") == "15");
  CHECK(to("integer", "18446744073709551615") == "18446744073709551615");
  CHECK(to("integer", "-9223372036854775808") == "-9223372036854775808");
  CHECK(to("integer", "1.8446744073709551615E+19") == "18446744073709551615");
}

TEST_CASE("convert refuses an integer that it would have to round or to guess") {
  for (const char* text : {"",   " ",  "1.5", "0x10", " 3 ", "3 ", "+5",  "1,000", "1_000", "1.",
                           ".5", "e3", "1e",  "1e-1", "--1", "-",  "nan", "inf",   "ten",   "１"}) {
    INFO(text);
    CHECK(to("integer", text) == kMismatch);
  }
  CHECK(to("integer", std::string("1\0002", 3)) == kMismatch);
  CHECK(to("integer", std::string(1'001, '1')) == kMismatch);
  CHECK(to("integer", "18446744073709551616") == kOutOfRange);
  CHECK(to("integer", "-9223372036854775809") == kOutOfRange);
  CHECK(to("integer", "1e999999") == kOutOfRange);
  CHECK(to("integer", "1e9999999") == kMismatch);
}

TEST_CASE("convert takes numbers that are integers already, and refuses the others") {
  CHECK(to("integer", 3.0) == "3");
  CHECK(to("integer", 18446744073709551615UL) == "18446744073709551615");
  CHECK(to("integer", 1.5) == kMismatch);
  CHECK(to("integer", 1e30) == kMismatch);
  CHECK(to("integer", true) == kMismatch);
  CHECK(to("integer", Value()) == kMismatch);
  CHECK(to("integer", Array{1}) == kMismatch);
  CHECK(to("integer", Object{}) == kMismatch);
  CHECK(to("integer", Timestamp{0}) == kMismatch);
}

TEST_CASE("convert says which type a value cannot have") {
  const Value convert = step("convert", {{"field", "a"}, {"type", "integer"}});
  const auto refused = parse_pipeline({convert}).value().apply({{"a", true}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail ==
        "The value, a boolean, cannot be converted to an integer. It is at /a.");
}

TEST_CASE("convert makes the number that the text would be in JSON") {
  CHECK(to("number", "1.5") == "1.5");
  CHECK(to("number", "-0.10") == "-0.1");
  CHECK(to("number", "1e3") == "1000");
  CHECK(to("number", "1E-3") == "0.001");
  CHECK(to("number", "0.1234567890123456789") == "0.12345678901234568");
  CHECK(to("number", "9007199254740993") == "9007199254740993");
  CHECK(to("number", "1e30") == "1e+30");
  CHECK(to("number", "1e400") == kOutOfRange);
  CHECK(to("number", "1e-400") == kOutOfRange);
  CHECK(to("number", "0x1p3") == kMismatch);
  CHECK(to("number", "Infinity") == kMismatch);
  CHECK(to("number", 2.5) == "2.5");
}

TEST_CASE("convert refuses an integer beyond 64 bits that no double holds") {
  CHECK(to("number", "18446744073709551616") == "18446744073709551616");
  CHECK(to("number", "18446744073709551617") == kOutOfRange);
  CHECK(to("number", "-123456789012345678901234567890") == kOutOfRange);
  CHECK(to("number", "100000000000000000000") == "1e+20");
}

TEST_CASE("convert reads numbers as people write them") {
  const auto german = [](const char* text) {
    return converted(text, {{"type", "number"}, {"decimal", ","}, {"group", "."}});
  };
  CHECK(german("1.234,50") == "1234.5");
  CHECK(german("-1.234.567") == "-1234567");
  CHECK(german("1234,5") == "1234.5");
  CHECK(german("0,5") == "0.5");
  for (const char* text :
       {"1.23", "1.2345", "12345.678", ".123", "1,234.5", "1..234", "1.234,", "1.234.5"}) {
    INFO(text);
    CHECK(german(text) == kMismatch);
  }
  CHECK(converted("1,5", {{"type", "number"}, {"decimal", ","}}) == "1.5");
  CHECK(converted("1.5", {{"type", "number"}, {"decimal", ","}}) == kMismatch);
  CHECK(converted("1\u00a0234", {{"type", "integer"}, {"group", "\u00a0"}}) == "1234");
}

TEST_CASE("convert makes booleans of the texts that stand for them") {
  CHECK(to("boolean", "true") == "true");
  CHECK(to("boolean", "false") == "false");
  CHECK(to("boolean", true) == "true");
  for (const Value& other : {Value("True"), Value("1"), Value(1), Value(""), Value()}) {
    CHECK(to("boolean", other) == kMismatch);
  }
  const Object lists{{"type", "boolean"}, {"true", Array{"yes", "1"}}, {"false", Array{"no", "0"}}};
  CHECK(converted("yes", lists) == "true");
  CHECK(converted(1, lists) == "true");
  CHECK(converted(0, lists) == "false");
  CHECK(converted("true", lists) == kMismatch);
  CHECK(converted(2, lists) == kMismatch);
}

TEST_CASE("convert makes text of scalars, which convert makes the same scalars of") {
  CHECK(to("string", 18446744073709551615UL) == R"("18446744073709551615")");
  CHECK(to("string", -1.5) == R"("-1.5")");
  CHECK(to("string", true) == R"("true")");
  CHECK(to("string", Timestamp{0}) == R"("1970-01-01T00:00:00Z")");
  CHECK(to("string", "") == R"("")");
  CHECK(to("string", Value()) == kMismatch);
  CHECK(to("string", Array{}) == kMismatch);
  CHECK(to("timestamp", "1970-01-01T00:00:00Z") == R"("1970-01-01T00:00:00Z")");
  CHECK(to("timestamp", Timestamp{0}) == R"("1970-01-01T00:00:00Z")");
  CHECK(to("timestamp", "2026-02-30T00:00:00Z") == "invalid_time convert /a");
  CHECK(to("timestamp", 0) == kMismatch);
}

TEST_CASE("convert treats empty text as its definition says") {
  const auto empty = [](const char* type, const char* what) {
    return converted("", {{"type", type}, {"empty", what}});
  };
  CHECK(empty("integer", "null") == "null");
  CHECK(empty("integer", "missing") == "missing");
  CHECK(empty("integer", "reject") == kMismatch);
  CHECK(empty("string", "null") == "null");
  CHECK(empty("string", "reject") == kMismatch);
  CHECK(converted(" ", {{"type", "integer"}, {"empty", "null"}}) == kMismatch);
  const Value elsewhere =
      step("convert", {{"field", "a"}, {"to", "b"}, {"type", "integer"}, {"empty", "missing"}});
  CHECK(transformed({elsewhere}, {{"a", ""}, {"b", 1}}) == R"({"a":""})");
}

TEST_CASE("convert changes all of several fields or none") {
  const Value several =
      step("convert",
           {{"fields", Array{"a", "/b.c", "d.e"}}, {"type", "integer"}, {"empty", "missing"}});
  CHECK(transformed({several}, {{"a", "1"}, {"b.c", ""}, {"d", Object{{"e", "3"}, {"f", 0}}}}) ==
        R"({"a":1,"d":{"e":3,"f":0}})");
  CHECK(transformed({several}, {{"a", "1"}, {"b.c", "2"}}) == "missing_field convert /d/e");
  Value skipped = several;
  skipped.as_object()->set("onError", "skip");
  CHECK(transformed({skipped}, {{"a", "1"}, {"b.c", "2"}, {"d", Object{{"e", "x"}}}}) ==
        R"({"a":"1","b.c":"2","d":{"e":"x"}})");
  const Value lenient =
      step("convert", {{"fields", Array{"a", "b"}}, {"type", "integer"}, {"ignore_missing", true}});
  CHECK(transformed({lenient}, {{"b", "2"}}) == R"({"b":2})");
  CHECK(transformed({lenient}, {{"a", Value()}}) == "type_mismatch convert /a");
}

TEST_CASE("an invalid definition of convert is refused with its place") {
  const auto refusal = [](Object parameters) {
    if (!parameters.find("fields")) parameters.set("field", "a");
    return fault(step("convert", std::move(parameters)));
  };
  CHECK(refusal({}) == "/0/convert/type: The step needs the parameter \"type\".");
  CHECK(refusal({{"type", "intger"}}) ==
        "/0/convert/type: \"type\" cannot be \"intger\". Did you mean \"integer\"?");
  CHECK(refusal({{"type", "date"}}) ==
        "/0/convert/type: \"type\" cannot be \"date\". Known words: \"integer\", \"number\", "
        "\"boolean\", \"string\", \"timestamp\".");
  CHECK(refusal({{"type", "integer"}, {"empty", "nul"}}) ==
        "/0/convert/empty: \"empty\" cannot be \"nul\". Did you mean \"null\"?");
  CHECK(refusal({{"type", "string"}, {"decimal", ","}}) ==
        "/0/convert/decimal: \"decimal\" is for the types \"integer\" and \"number\".");
  CHECK(refusal({{"type", "number"}, {"group", "."}}) ==
        "/0/convert/group: \"group\" and \"decimal\" must be different.");
  for (const char* bad : {"", "1", "-", "12345", "e", "..", ", ", "\u00a0\u00a0"}) {
    CHECK(refusal({{"type", "number"}, {"decimal", bad}}).starts_with("/0/convert/decimal: "));
  }
  CHECK(refusal({{"type", "integer"}, {"true", Array{"1"}}}) ==
        "/0/convert/true: \"true\" is for the type \"boolean\".");
  CHECK(refusal({{"type", "boolean"}, {"true", Array{"1", "false"}}}) ==
        "/0/convert/true: The text \"false\" cannot be both true and false.");
  CHECK(refusal({{"type", "boolean"}, {"true", Array{"1", 2}}}).starts_with("/0/convert/true/1: "));
  CHECK(refusal({{"type", "boolean"}, {"false", Array{}}}).starts_with("/0/convert/false: "));
  CHECK(refusal({{"type", "string"}, {"fields", Array{"a", "a.b"}}}) ==
        "/0/convert/fields: The field \"a.b\" is inside \"a\".");
  CHECK(refusal({{"type", "string"}, {"fields", Array{"a"}}, {"to", "b"}}) ==
        "/0/convert/to: \"to\" cannot be combined with \"fields\".");
}

TEST_CASE("the types that convert makes are known") {
  const auto known = [](Object parameters) {
    return inferred({step("convert", std::move(parameters))});
  };
  CHECK(known({{"field", "a.b"}, {"type", "integer"}}) == "a:object a.b:number");
  CHECK(known({{"fields", Array{"a", "b"}}, {"type", "timestamp"}}) == "a:timestamp b:timestamp");
  CHECK(known({{"field", "a.b"}, {"type", "boolean"}, {"ignore_missing", true}}) == "a.b:boolean");
  CHECK(known({{"field", "a"}, {"type", "string"}, {"empty", "missing"}}) == "a:string");
  CHECK(known({{"field", "a"}, {"type", "string"}, {"empty", "null"}}).empty());
  CHECK(known({{"field", "a"}, {"to", "b"}, {"type", "string"}, {"ignore_missing", true}}).empty());
}

}  // namespace dropzone
