#include <catch2/catch.hpp>

#include <dropzone/kind/kind.h>
#include <dropzone/kind/pipeline.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_excerpt.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/record_id.h>

#include "step_testing.h"

namespace dropzone {
namespace {

const std::string kEllipsis = "\xe2\x80\xa6";

Error refusal_by(Array steps, Object object) {
  const auto pipeline = parse_pipeline(std::move(steps));
  REQUIRE(pipeline);
  auto refused = pipeline->apply(std::move(object));
  REQUIRE_FALSE(refused);
  return refused.error();
}

/// What is known besides code, step, pointer and detail.
std::string shown_of(const Error& error) { return to_json(refusal_members(error)); }

Value to_number(const char* field) {
  return step("convert", {{"field", field}, {"type", "number"}});
}

}  // namespace

TEST_CASE("a refusal shows the step's index and the value at fault") {
  const Array steps{set_step("a", 1), to_number("b.c")};
  const Error error = refusal_by(steps, {{"b", Object{{"c", "warm"}}}});
  CHECK(error.step == "convert");
  CHECK(error.pointer == "/b/c");
  CHECK(shown_of(error) ==
        R"({"stepIndex":1,"stepPath":"/1","value":"\"warm\"","valueClass":"string"})");
}

TEST_CASE("a refusal of what is missing has no value") {
  CHECK(shown_of(refusal_by({to_number("b")}, {{"a", 1}})) == R"({"stepIndex":0,"stepPath":"/0"})");
}

TEST_CASE("a step inside another one is shown by its path, and the index is the outer one's") {
  const Array inner{set_step("x", 1), to_number("n")};
  const Array steps{set_step("a", 1), step("for_each", {{"field", "list"}, {"steps", inner}})};
  const Error error = refusal_by(
      steps, {{"list", Array{Object{{"n", "1"}}, Object{{"n", Array{true, Value::Null()}}}}}});
  CHECK(error.step == "convert");
  CHECK(error.pointer == "/list/1/n");
  CHECK(shown_of(error) == R"({"stepIndex":1,"stepPath":"/1/for_each/steps/1",)"
                           R"("value":"[true,null]","valueClass":"array"})");
}

TEST_CASE("the element itself is the value at fault if steps get it under a name") {
  const Array steps{
      step("for_each", {{"field", "list"}, {"as", "e"}, {"steps", Array{to_number("e")}}})};
  const Error error = refusal_by(steps, {{"list", Array{"1", "x"}}});
  CHECK(error.pointer == "/list/1");
  CHECK(shown_of(error) == R"({"stepIndex":0,"stepPath":"/0/for_each/steps/0",)"
                           R"("value":"\"x\"","valueClass":"string"})");
}

TEST_CASE(
    "a step of onError is shown by its path, and the value is the one before the outer step") {
  const Array handler{set_step("x", 1), step("reject", {{"message", "No."}, {"field", "n"}})};
  const Error error = refusal_by({on_error(to_number("n"), handler)}, {{"n", "warm"}});
  CHECK(error.step == "reject");
  CHECK(shown_of(error) == R"({"stepIndex":0,"stepPath":"/0/onError/1",)"
                           R"("value":"\"warm\"","valueClass":"string"})");
}

TEST_CASE("require shows all fields that are missing, inside an element too") {
  const Value require = step("require", {{"fields", Array{"a", "b", "c.d"}}});
  const Error error = refusal_by({require}, {{"b", 1}});
  CHECK(error.detail == R"(The field "a" is missing.)");
  CHECK(shown_of(error) ==
        R"({"stepIndex":0,"stepPath":"/0",)"
        R"("errors":[{"pointer":"/a","detail":"The field \"a\" is missing."},)"
        R"({"pointer":"/c/d","detail":"The field \"c.d\" is missing."}],"errorCount":2})");

  const Array steps{step("for_each", {{"field", "list"}, {"steps", Array{require}}})};
  const Error inner = refusal_by(steps, {{"list", Array{Object{{"a", 1}}}}});
  REQUIRE(inner.refusal);
  REQUIRE(inner.refusal->faults.size() == 2);
  CHECK(inner.refusal->faults[1].pointer == "/list/0/c/d");
}

TEST_CASE("of very many faults the first are shown, and how many there are") {
  Array fields;
  for (int i = 0; i < 100; ++i) fields.emplace_back("f" + std::to_string(i));
  const Error error = refusal_by({step("require", {{"fields", fields}})}, {});
  REQUIRE(error.refusal);
  CHECK(error.refusal->faults.size() == Refusal::kMaxFaults);
  CHECK(error.refusal->fault_count == 100);
}

TEST_CASE("faults with long pointers are shown only as far as they are short together") {
  Error error{ErrorCode::step_failed, "x"};
  FaultList faults(3);
  for (int i = 0; i < 3; ++i) faults.add('/' + std::string(7'000, 'x'), "d");
  std::move(faults).add_to(error);
  REQUIRE(error.refusal);
  CHECK(error.refusal->faults.size() == 2);
  CHECK(error.refusal->fault_count == 3);
}

TEST_CASE("a result of another type than the kind declares is shown with its value") {
  auto kind =
      Kind::parse(Object{{"name", "k"}, {"pipeline", Array()}, {"fields", Object{{"n", "number"}}}},
                  StepRegistry::with_core_steps());
  REQUIRE(kind);
  const auto refused = kind->transform({{"n", "seven"}});
  REQUIRE_FALSE(refused);
  CHECK(shown_of(refused.error()) == R"({"value":"\"seven\"","valueClass":"string"})");
}

TEST_CASE("values are shown no longer than the original is") {
  Error error = refusal_by({set_step("n", std::string(50, 'x')), to_number("n")}, {});
  bound_values(error, 10);
  REQUIRE(error.refusal);
  CHECK(error.refusal->fault.value == "\"xxxxxx" + kEllipsis);
  CHECK(error.refusal->fault.value_class == "string");
  bound_values(error, 2);
  CHECK(error.refusal->fault.value.empty());
}

TEST_CASE("copies of a refusal do not change with each other") {
  const Error error = refusal_by({to_number("n")}, {{"n", "warm"}});
  Error copy = error;
  CHECK(copy == error);
  within_step(copy, "/7/for_each/steps");
  CHECK(copy != error);
  CHECK(error.refusal->step_path == "/0");
  CHECK(copy.refusal->step_index() == 7);
}

TEST_CASE("an excerpt is the JSON text, or its first characters and an ellipsis") {
  CHECK(json_excerpt(Value("abc"), 5) == "\"abc\"");
  CHECK(json_excerpt(Value("abcd"), 5) == "\"a" + kEllipsis);
  CHECK(json_excerpt(Value("\xf0\x9f\x98\x80"
                           "abcdefgh"),
                     7) == "\"" + kEllipsis);
  const Object object{{"a", Array{1, true, Value::Null()}}, {"b", Object()}};
  CHECK(json_excerpt(Value(object), 100) == to_json(object));
  CHECK(json_excerpt(Value(object), 14) == "{\"a\":[1,tru" + kEllipsis);
  for (std::size_t most = 3; most < 40; ++most) {
    for (const char* text : {"\xc3\xa4\xc3\xb6\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80", "ab\"\\\n"}) {
      const Value value(Array{text, Object{{text, text}}});
      const std::string shown = json_excerpt(value, most);
      CHECK(shown.size() <= most);
      CHECK(is_utf8(shown));
      CHECK((shown == to_json(value)) == (to_json(value).size() <= most));
    }
  }
}

TEST_CASE("a value is found at a pointer, in arrays and under escaped names too") {
  const Object object{{"a/b", Array{1, Object{{"~", 2}}}}, {"", 3}, {"s", "text"}};
  const auto at = [&](const char* pointer) {
    const Value* const found = find_at(object, pointer);
    return found ? to_json(*found) : "none";
  };
  CHECK(at("/a~1b/0") == "1");
  CHECK(at("/a~1b/1/~0") == "2");
  CHECK(at("/") == "3");
  for (const char* nowhere :
       {"", "a", "/a", "/a~1b/2", "/a~1b/x", "/a~1b/-", "/a~1b/0/0", "/s/0"}) {
    CAPTURE(nowhere);
    CHECK(at(nowhere) == "none");
  }
}

}  // namespace dropzone
