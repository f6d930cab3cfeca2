// validate: JSON Schema of draft 7.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include <dropzone/json/decode_value.h>

#include "steps/library_steps.h"

namespace dropzone {
namespace {

namespace fs = std::filesystem;

Value from_text(std::string_view text) { return json::decode_value(text, 64).value(); }

std::string schema_fault(std::string_view schema) {
  return fault(step("validate", {{"schema", from_text(schema)}}), every_step());
}

/// The refusal's detail, or nothing.
std::string why_not_valid(std::string_view schema, std::string_view value) {
  return detail_of("validate", {{"schema", from_text(schema)}}, from_text(value));
}

Value read_json(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return from_text(std::string{std::istreambuf_iterator<char>(in), {}});
}

// Schemas of the suite that are in other documents, which validate does not read. No other test of
// the suite is left out.
const std::set<std::string> kNeedOtherDocuments{
    "valid definition",  // These are about the schema of schemas itself.
    "invalid definition",
    "remote ref, containing refs itself",
};

struct SuiteCount {
  int passed = 0;
  int refused_schemas = 0;
};

void run_group(const Object& group, SuiteCount& count) {
  const std::string& description = *group.find("description")->as_string();
  INFO(description);
  Object parameters{{"schema", *group.find("schema")}, {"field", "v"}};
  const auto pipeline = parse_pipeline({step("validate", std::move(parameters))}, every_step());
  if (!pipeline && kNeedOtherDocuments.contains(description)) {
    CHECK(pipeline.error().detail.find("Other documents are not read") != std::string::npos);
    ++count.refused_schemas;
    return;
  }
  if (!pipeline) FAIL_CHECK(pipeline.error().pointer << ": " << pipeline.error().detail);
  if (!pipeline) return;
  for (const Value& test : *group.find("tests")->as_array()) {
    const Object& one = *test.as_object();
    INFO(*one.find("description")->as_string());
    const auto result = pipeline->apply({{"v", *one.find("data")}});
    CHECK(result.has_value() == *one.find("valid")->as_boolean());
    ++count.passed;
  }
}

}  // namespace

TEST_CASE("validate gives the answers of the public test suite for draft 7") {
  SuiteCount count;
  for (const auto& file : fs::directory_iterator(DROPZONE_SCHEMA_SUITE "/draft7")) {
    if (file.path().extension() != ".json") continue;
    if (file.path().filename() == "refRemote.json")
      continue;  // All of it is about other documents.
    INFO(file.path());
    const Value groups = read_json(file.path());
    for (const Value& group : *groups.as_array()) run_group(*group.as_object(), count);
  }
  CHECK(count.passed > 400);
  CHECK(count.refused_schemas == 3);
}

TEST_CASE("references to other documents are refused when the definition is read") {
  const Value groups = read_json(DROPZONE_SCHEMA_SUITE "/draft7/refRemote.json");
  for (const Value& group : *groups.as_array()) {
    const auto pipeline = parse_pipeline(
        {step("validate", {{"schema", *group.as_object()->find("schema")}})}, every_step());
    INFO(*group.as_object()->find("description")->as_string());
    REQUIRE_FALSE(pipeline);
    CHECK(pipeline.error().detail.find("Other documents are not read") != std::string::npos);
  }
}

TEST_CASE("validate says what is wrong where, all faults of a value at once") {
  constexpr auto kSchema = R"({
    "type": "object", "required": ["id", "name"], "additionalProperties": false,
    "properties": {
      "id": {"type": "integer", "minimum": 1}, "name": {"type": "string", "maxLength": 3},
      "tags": {"type": "array", "items": {"enum": ["a", "b"]}}, "kind": {"const": "x"}}})";
  CHECK(why_not_valid(kSchema, R"({"id": 1, "name": "äöü", "tags": ["a"], "kind": "x"})").empty());
  CHECK(
      why_not_valid(kSchema, R"({"id": 0.5, "tags": ["c", "a", 1], "kind": "y", "more": 1})") ==
      "The schema is not fulfilled: \"/v\" lacks the member \"name\"; \"/v/id\" must be an "
      "integer, not 0.5; \"/v/tags/0\" must be one of [\"a\",\"b\"]; \"/v/tags/2\" must be one of "
      "[\"a\",\"b\"]; \"/v/kind\" must be \"x\"; \"/v/more\" must not be there.");
  CHECK(why_not_valid(kSchema, "[]") ==
        "The schema is not fulfilled: \"/v\" must be an object, not an array.");
  CHECK(why_not_valid(R"({"items": {"type": "null"}})", "[1,2,3,4,5,6,7,8,9,10,11,12]")
            .ends_with("\"/v/9\" must be null, not 10; and 2 more."));
}

TEST_CASE("the pointer of a refusal leads to the first fault") {
  const auto refusal = [](std::string_view schema, Object object) {
    return transformed({step("validate", {{"schema", from_text(schema)}})}, std::move(object),
                       every_step());
  };
  CHECK(refusal(R"({"properties": {"a/b": {"items": [true, {"minimum": 2}]}}})",
                {{"a/b", Array{0, 1}}}) == "step_failed validate /a~1b/1");
  CHECK(refusal(R"({"required": ["x"]})", {{"y", 1}}) == "step_failed validate");
  CHECK(refusal(R"({"required": ["x"]})", {{"x", 1}}) == R"({"x":1})");
  CHECK(made_of("validate", {{"schema", true}, {"ignore_missing", true}}, 1) == "1");
}

TEST_CASE("numbers are held to their limits exactly") {
  CHECK(why_not_valid(R"({"maximum": 9007199254740992})", "9007199254740992").empty());
  CHECK_FALSE(why_not_valid(R"({"maximum": 9007199254740992})", "9007199254740993").empty());
  CHECK_FALSE(why_not_valid(R"({"exclusiveMinimum": 18446744073709551614})", "18446744073709551614")
                  .empty());
  CHECK(why_not_valid(R"({"exclusiveMinimum": 18446744073709551614})", "18446744073709551615")
            .empty());
  CHECK(why_not_valid(R"({"multipleOf": 0.1})", "0.3").empty());
  CHECK(why_not_valid(R"({"multipleOf": 0.01})", "-19.99").empty());
  CHECK_FALSE(why_not_valid(R"({"multipleOf": 0.01})", "19.995").empty());
  CHECK(why_not_valid(R"({"multipleOf": 3})", "18446744073709551615").empty());
  CHECK_FALSE(why_not_valid(R"({"multipleOf": 3})", "18446744073709551614").empty());
  CHECK(why_not_valid(R"({"multipleOf": 1e-300})", "1e300").empty());
  CHECK_FALSE(why_not_valid(R"({"multipleOf": 1e300})", "1e-300").empty());
  CHECK(why_not_valid(R"({"type": "integer"})", "1e300").empty());
}

TEST_CASE("a timestamp is validated as the text that it is shown as") {
  const auto pipeline =
      parse_pipeline(
          {step("parse_time", {{"field", "v"}}),
           step("validate", {{"schema", from_text(R"({"properties": {"v": {"type": "string",
                        "pattern": "^2019-", "minLength": 20, "maxLength": 20,
                        "enum": ["2019-05-01T10:00:00Z"]}}})")}})},
          every_step())
          .value();
  CHECK(pipeline.apply({{"v", "2019-05-01T12:00:00+02:00"}}));
  CHECK_FALSE(pipeline.apply({{"v", "2019-05-01T12:00:01+02:00"}}));
}

TEST_CASE("a schema that is not one is refused with a pointer to its fault") {
  CHECK(schema_fault(R"({"properties": {"a": {"type": "strin"}}})") ==
        "/0/validate/schema/properties/a/type: A type is one of null, boolean, integer, number, "
        "string, array and object. Did you mean \"string\"?");
  CHECK(schema_fault(R"({"requird": ["a"]})") ==
        "/0/validate/schema/requird: There is no keyword \"requird\". Did you mean \"required\"?");
  CHECK(schema_fault(R"({"x-remark": 1})").empty());
  CHECK(schema_fault(R"({"items": [{"pattern": "("}]})")
            .starts_with("/0/validate/schema/items/0/pattern: The pattern cannot be used"));
  CHECK(schema_fault(R"({"patternProperties": {"[": true}})")
            .starts_with("/0/validate/schema/patternProperties/[: "));
  CHECK(schema_fault(R"({"definitions": {"a": {"minLength": -1}}})")
            .starts_with("/0/validate/schema/definitions/a/minLength: "));
  for (const std::string_view schema : {"1",
                                        "\"\"",
                                        "null",
                                        "[]",
                                        R"({"allOf": []})",
                                        R"({"anyOf": {}})",
                                        R"({"required": "a"})",
                                        R"({"required": [1]})",
                                        R"({"multipleOf": 0})",
                                        R"({"enum": 1})",
                                        R"({"minimum": "1"})",
                                        R"({"uniqueItems": 1})",
                                        R"({"properties": []})",
                                        R"({"$ref": 1})",
                                        R"({"type": []})",
                                        R"({"$ref": "#/definitions/none"})",
                                        R"({"$ref": "#none"})",
                                        R"({"not": 1})",
                                        R"({"dependencies": {"a": 1}})",
                                        R"({"maxItems": 1.5})",
                                        R"({"if": 0})"}) {
    CAPTURE(schema);
    CHECK(schema_fault(schema).starts_with("/0/validate/schema"));
  }
}

TEST_CASE("a schema of another draft is refused, since its keywords would be passed over") {
  for (const std::string dialect :
       {"http://json-schema.org/draft-07/schema#", "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft-07/schema#"}) {
    CHECK(schema_fault(R"({"$schema": ")" + dialect + R"("})").empty());
  }
  for (const std::string dialect : {"\"https://json-schema.org/draft/2020-12/schema\"",
                                    "\"http://json-schema.org/draft-04/schema#\"", "\"\"", "7"}) {
    CHECK(schema_fault(R"({"$schema": )" + dialect + "}")
              .starts_with("/0/validate/schema/$schema: Only draft 7 is known here"));
  }
}

TEST_CASE("a schema that asks itself of the same value is refused, one that goes deeper is not") {
  CHECK(schema_fault(R"({"$ref": "#"})").find("without end") != std::string::npos);
  CHECK(schema_fault(R"({"definitions": {"a": {"anyOf": [{"not": {"$ref": "#/definitions/a"}}]}}})")
            .find("without end") != std::string::npos);
  CHECK(schema_fault(R"({"items": {"$ref": "#"}})").empty());
  CHECK(why_not_valid(R"({"type": "array", "items": {"$ref": "#"}})", "[[[]],[]]").empty());
  CHECK_FALSE(why_not_valid(R"({"type": "array", "items": {"$ref": "#"}})", "[[[1]]]").empty());
}

TEST_CASE("a schema that branches at every level ends with the time of the request") {
  std::string schema = R"({"definitions": {"d0": {"type": "null"})";
  for (int i = 1; i <= 60; ++i) {
    const std::string ref = R"({"$ref": "#/definitions/d)" + std::to_string(i - 1) + "\"}";
    schema += ", \"d" + std::to_string(i) + R"(": {"anyOf": [)" + ref + "," + ref + "]}";
  }
  schema += R"(}, "$ref": "#/definitions/d60"})";
  const auto pipeline =
      parse_pipeline({step("validate", {{"schema", from_text(schema)}})}, every_step()).value();
  CallOptions options;
  options.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  Allowance allowance(RecordLimits{}, options);
  const auto result = pipeline.apply({{"v", 1}}, allowance);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::deadline_exceeded);
}

TEST_CASE("a chain of references that is too long for the stack is refused") {
  std::string schema = R"({"definitions": {"d0": true)";
  for (int i = 1; i <= 5'000; ++i) {
    schema += ", \"d" + std::to_string(i) + R"(": {"$ref": "#/definitions/d)" +
              std::to_string(i - 1) + "\"}";
  }
  schema += R"(}, "$ref": "#/definitions/d5000"})";
  CHECK(why_not_valid(schema, "1") == "The value is nested too deeply for the schema.");
}

TEST_CASE("validate changes nothing, and nothing of what is known") {
  CHECK(
      inferred({step("set", {{"field", "a"}, {"value", 1}}), step("validate", {{"schema", true}})},
               every_step()) == "a:number");
  CHECK(
      transformed({step("validate", {{"schema", false}, {"field", "a"}, {"ignore_missing", true}})},
                  {{"b", 1}}, every_step()) == R"({"b":1})");
  CHECK(fault(step("validate", {{"schema", true}, {"ignore_missing", true}}), every_step())
            .starts_with("/0/validate/ignore_missing: "));
  CHECK(fault(step("validate", {}), every_step()).starts_with("/0/validate/schema: "));
}

}  // namespace dropzone
