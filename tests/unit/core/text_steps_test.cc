// The steps that take text apart, put it together and change it.
#include <stop_token>

#include <catch2/catch.hpp>

#include <dropzone/text/letter_case.h>

#include "step_testing.h"

namespace dropzone {
namespace {

/// What the step makes of the value of the field `a`, or its refusal in short.
std::string made(const char* name, Value value, Object parameters = {}) {
  parameters.set("field", "a");
  const auto result =
      parse_pipeline({step(name, std::move(parameters))}).value().apply({{"a", std::move(value)}});
  return result ? to_json(*result->find("a")) : in_short(result.error());
}

std::string refused(const char* name, Object parameters) {
  if (!parameters.find("field")) parameters.set("field", "a");
  return fault(step(name, std::move(parameters)));
}

}  // namespace

TEST_CASE("letters change their case by Unicode's simple mapping") {
  CHECK(lowercase("ABC xyz 123 [@`{") == "abc xyz 123 [@`{");
  CHECK(uppercase("abc XYZ 123 [@`{") == "ABC XYZ 123 [@`{");
  CHECK(lowercase("ÀÖØÞ ΣΑ ЖЯ Ἀ 𐐀 Ǆ") == "àöøþ σα жя ἀ 𐐨 ǆ");
  CHECK(uppercase("àöøþÿ ςσα жя ᾀ 𐐨 ǆ") == "ÀÖØÞŸ ΣΣΑ ЖЯ ᾈ 𐐀 Ǆ");
  CHECK(lowercase("İ") == "i");
  CHECK(uppercase("ßŉı") == "ßŉI");
  CHECK(lowercase("×÷中文🙂") == "×÷中文🙂");
  CHECK(uppercase("×÷中文🙂") == "×÷中文🙂");
}

TEST_CASE("bytes that are not UTF-8 keep their case") {
  for (const std::string text :
       {"\xff", "\xc3", "\xe0\x80", "\xc0\x80", "a\x80z", "\xf5\x80\x80\x80"}) {
    CHECK(lowercase(text) == text);
    CHECK(uppercase(text).size() == text.size());
  }
}

TEST_CASE("lowercase, uppercase and trim change text alone") {
  CHECK(made("lowercase", "ÄB") == R"("äb")");
  CHECK(made("uppercase", "") == R"("")");
  CHECK(made("trim", " \t\r\n\f\va b\u00a0 ") == "\"a b\u00a0\"");
  CHECK(made("trim", "  ") == R"("")");
  for (const char* name : {"lowercase", "uppercase", "trim"}) {
    for (const Value& other : {Value(), Value(1), Value(Array{"A"}), Value(Object{})}) {
      CHECK(made(name, other) == "type_mismatch " + std::string(name) + " /a");
    }
    CHECK(transformed({step(name, {{"field", "b"}})}, {}) ==
          "missing_field " + std::string(name) + " /b");
    CHECK(inferred({step(name, {{"field", "b"}})}) == "b:string");
  }
  CHECK(transformed({step("trim", {{"field", "a"}, {"to", "b.c"}})}, {{"a", " x"}}) ==
        R"({"a":" x","b":{"c":"x"}})");
  CHECK(transformed({step("trim", {{"field", "a"}, {"to", "b.c"}})}, {{"a", " x"}, {"b", 1}}) ==
        "type_mismatch trim /b");
}

TEST_CASE("split makes an array of the parts between separators") {
  CHECK(made("split", "a,b,,c", {{"separator", ","}}) == R"(["a","b","","c"])");
  CHECK(made("split", ",", {{"separator", ","}}) == R"(["",""])");
  CHECK(made("split", "", {{"separator", ","}}) == R"([""])");
  CHECK(made("split", "", {{"separator", ","}, {"skip_empty", true}}) == "[]");
  CHECK(made("split", ",a,,b,", {{"separator", ","}, {"skip_empty", true}}) == R"(["a","b"])");
  CHECK(made("split", "aaa", {{"separator", "aa"}}) == R"(["","a"])");
  CHECK(made("split", "1 · 2", {{"separator", " · "}}) == R"(["1","2"])");
  CHECK(made("split", 1, {{"separator", ","}}) == "type_mismatch split /a");
  CHECK(refused("split", {{"separator", ""}}) ==
        "/0/split/separator: \"separator\" must not be empty.");
  CHECK(refused("split", {}) == "/0/split/separator: The step needs the parameter \"separator\".");
  CHECK(inferred({step("split", {{"field", "a"}, {"separator", ","}})}) == "a:array");
}

TEST_CASE("join makes text of scalars, and points at an element that has none") {
  CHECK(made("join", Array{"a", 1, 2.5, true, Timestamp{0}}, {{"separator", "|"}}) ==
        R"("a|1|2.5|true|1970-01-01T00:00:00Z")");
  CHECK(made("join", Array{}, {{"separator", ","}}) == R"("")");
  CHECK(made("join", Array{"a", "b"}, {{"separator", ""}}) == R"("ab")");
  CHECK(made("join", Array{"", ""}, {{"separator", ","}}) == R"(",")");
  CHECK(made("join", Array{"a", Value()}, {{"separator", ","}}) == "type_mismatch join /a/1");
  CHECK(made("join", Array{Value(Array{})}, {{"separator", ","}}) == "type_mismatch join /a/0");
  CHECK(made("join", "a", {{"separator", ","}}) == "type_mismatch join /a");
  CHECK(inferred({step("join", {{"field", "a"}, {"separator", ""}})}) == "a:string");
}

TEST_CASE("what split and others make is bounded before it is made") {
  const std::string commas(5'000, ',');
  for (const Value& one : {step("split", {{"field", "a"}, {"separator", ","}}),
                           step("uppercase", {{"field", "a"}, {"to", "b"}}),
                           step("format", {{"template", "{a}{a}{a}"}, {"to", "b"}})}) {
    Allowance small({.max_depth = 20, .max_made_bytes = 4'000});
    const auto refusal = parse_pipeline({one})->apply({{"a", commas}}, small);
    REQUIRE_FALSE(refusal);
    CHECK(refusal.error().code == ErrorCode::record_too_large);
  }
}

TEST_CASE("parse_key_value reads pairs, quoted values among them") {
  const auto logfmt = [](const char* text) { return made("parse_key_value", text); };
  CHECK(logfmt("a=1 b=two") == R"({"a":"1","b":"two"})");
  CHECK(logfmt("  a=1   b=2 ") == R"({"a":"1","b":"2"})");
  CHECK(logfmt("") == "{}");
  CHECK(logfmt("a= b=") == R"({"a":"","b":""})");
  CHECK(logfmt("a=b=c") == R"({"a":"b=c"})");
  CHECK(logfmt(R"(a="x y" b="q\"\\" c="")") == R"({"a":"x y","b":"q\"\\","c":""})");
  CHECK(logfmt(R"(a=x"y)") == R"({"a":"x\"y"})");
  for (const char* text :
       {"a", "a b=1", "b=1 a", "=1", R"(a="x)", R"(a="x"y)", R"(a="x\)", "a=1 a=2"}) {
    INFO(text);
    CHECK(logfmt(text) == "step_failed parse_key_value /a");
  }
  CHECK(made("parse_key_value", "k: v; l: w",
             {{"pair_separator", "; "}, {"key_separator", ": "}}) == R"({"k":"v","l":"w"})");
  CHECK(made("parse_key_value", 1) == "type_mismatch parse_key_value /a");
  CHECK(refused("parse_key_value", {{"key_separator", " "}}) ==
        "/0/parse_key_value/key_separator: The two separators must be different.");
  CHECK(
      refused("parse_key_value", {{"pair_separator", ""}}).starts_with("/0/parse_key_value/pair_"));
  CHECK(inferred({step("parse_key_value", {{"field", "a"}})}) == "a:object");
}

TEST_CASE("format fills a template") {
  const auto filled = [](const char* text, Object object) {
    return transformed({step("format", {{"template", text}, {"to", "a"}})}, std::move(object));
  };
  CHECK(filled("{b.c}/{/d.e}", {{"b", Object{{"c", 1}}}, {"d.e", "x"}}) ==
        R"({"b":{"c":1},"d.e":"x","a":"1/x"})");
  CHECK(filled("{{{a}}}", {{"a", true}}) == R"({"a":"{true}"})");
  CHECK(filled("{b}", {}) == "missing_field format /b");
  CHECK(filled("{b}", {{"b", Value()}}) == "type_mismatch format /b");
  CHECK(filled("{b}", {{"b", Array{}}}) == "type_mismatch format /b");
  const auto bad = [](const char* text) {
    return fault(step("format", {{"template", text}, {"to", "a"}}));
  };
  CHECK(bad("{a").starts_with("/0/format/template: A brace has no counterpart."));
  CHECK(bad("a}").starts_with("/0/format/template: A brace has no counterpart."));
  CHECK(bad("{}").starts_with("/0/format/template: "));
  CHECK(bad("{_id}").starts_with("/0/format/template: The field \"_id\" is the server's own"));
  CHECK(bad("plain").starts_with("/0/format/template: The template names no field"));
  CHECK(bad("").starts_with("/0/format/template: The template names no field"));
  CHECK(inferred({step("format", {{"template", "{a}"}, {"to", "b"}})}) == "b:string");
}

TEST_CASE("steps over long texts and arrays give up when the call is over") {
  std::stop_source stop;
  stop.request_stop();
  CallOptions options;
  options.stop = stop.get_token();
  const auto given_up = [&](Value definition, Value a) {
    Allowance allowance(RecordLimits{}, options);
    const auto result =
        parse_pipeline({std::move(definition)}).value().apply({{"a", std::move(a)}}, allowance);
    return !result && result.error().code == ErrorCode::deadline_exceeded;
  };
  const Array numbers(1'000, Value(1));
  CHECK(given_up(step("split", {{"field", "a"}, {"separator", ","}}), std::string(10'000, ',')));
  CHECK(given_up(step("join", {{"field", "a"}, {"separator", ","}}), numbers));
  CHECK(given_up(step("statistics", {{"field", "a"}, {"median", "b"}}), numbers));
}

}  // namespace dropzone
