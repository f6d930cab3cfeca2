#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include <dropzone/json/decode_value.h>
#include <dropzone/json/merge_patch.h>
#include <dropzone/value/json_text.h>

#include "support/random_seed.h"

namespace dropzone::json {
namespace {

std::string merged(std::string_view original, std::string_view patch) {
  const auto result = merge_patch(original, patch, {});
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("a patch that names nothing changes no byte") {
  const std::string original = "{ \"a\" : 1.10,\n\t\"b\":[1, 2] , \"a\":\"\\u00e9\" }";
  CHECK(merged(original, "{}") == original);
  CHECK(merged(original, "{\"c\":null}") == original);
}

TEST_CASE("a replaced value has the patch's bytes, and what surrounds it stays") {
  CHECK(merged("{ \"a\" : 1.10 , \"b\" : 2 }", "{\"a\": 2.50}") == "{ \"a\" : 2.50 , \"b\" : 2 }");
  CHECK(merged("{\"a\":1,\"b\":[1,2],\"c\":3}", "{\"b\":[ null, 3 ]}") ==
        "{\"a\":1,\"b\":[ null, 3 ],\"c\":3}");
}

TEST_CASE("null removes a member with its comma") {
  const std::string original = "{ \"a\":1, \"b\":2, \"c\":3 }";
  CHECK(merged(original, "{\"a\":null}") == "{ \"b\":2, \"c\":3 }");
  CHECK(merged(original, "{\"b\":null}") == "{ \"a\":1, \"c\":3 }");
  CHECK(merged(original, "{\"c\":null}") == "{ \"a\":1, \"b\":2 }");
  CHECK(merged(original, "{\"a\":null,\"b\":null,\"c\":null}") == "{ }");
}

TEST_CASE("new members come last, in the patch's order") {
  CHECK(merged("{}", "{\"a\" : 1.0,\"b\":null,\"c\":\"\\u0041\"}") ==
        "{\"a\":1.0,\"c\":\"\\u0041\"}");
  CHECK(merged("{\n  \"a\": 1\n}", "{\"b\":[ ]}") == "{\n  \"a\": 1,\"b\":[ ]\n}");
  CHECK(merged("{\"a\":1}", "{\"a\":null,\"b\":2}") == "{\"b\":2}");
}

TEST_CASE("objects are patched inside") {
  CHECK(merged("{\"a\": { \"x\" : 1.0, \"y\": 2 }, \"b\": 1}", "{\"a\":{\"y\":null,\"z\":{}}}") ==
        "{\"a\": { \"x\" : 1.0,\"z\":{} }, \"b\": 1}");
  CHECK(merged("{\"a\":{\"b\":{\"c\":1,\"d\":2}}}", "{\"a\":{\"b\":{\"c\":3}}}") ==
        "{\"a\":{\"b\":{\"c\":3,\"d\":2}}}");
}

TEST_CASE("an object that becomes a value leaves its nulls behind") {
  CHECK(merged("{\"a\":1}", "{\"a\":{ \"x\":null, \"y\": {\"z\":null} }}") ==
        "{\"a\":{ \"y\": {} }}");
  CHECK(merged("{}", "{\"a\":{\"b\":[{\"c\":null}]}}") == "{\"a\":{\"b\":[{\"c\":null}]}}");
}

TEST_CASE("of duplicates in an original the last is replaced and all are removed") {
  CHECK(merged("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":4}") == "{\"a\":1,\"b\":2,\"a\":4}");
  CHECK(merged("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":null}") == "{\"b\":2}");
}

TEST_CASE("of duplicates in a patch the last counts") {
  CHECK(merged("{\"a\":1}", "{\"a\":2,\"a\":null,\"b\":1,\"b\":2}") == "{\"b\":2}");
}

TEST_CASE("names are compared as they are meant, not as they are spelled") {
  CHECK(merged("{\"\\u0061\":1}", "{\"a\":2}") == "{\"\\u0061\":2}");
  CHECK(merged("{\"a,}\\\"\":\",}\",\"b\":2}", "{\"a,}\\\"\":\"\\\",\",\"b\":null}") ==
        "{\"a,}\\\"\":\"\\\",\"}");
}

TEST_CASE("the examples of RFC 7396 that have objects come out as there") {
  const std::string_view examples[][3] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const auto& [original, patch, result] : examples) CHECK(merged(original, patch) == result);
}

TEST_CASE("a patch that is not an object, not JSON, empty or too deep is refused") {
  const auto code = [](std::string_view patch) {
    const auto result = merge_patch("{}", patch, {.max_depth = 3});
    REQUIRE_FALSE(result);
    return result.error().code;
  };
  CHECK(code("[{\"a\":1}]") == ErrorCode::invalid_request);
  CHECK(code("null") == ErrorCode::invalid_request);
  CHECK(code("{\"a\":1,}") == ErrorCode::invalid_json);
  CHECK(code("\xef\xbb\xbf ") == ErrorCode::empty_body);
  CHECK(code("{\"a\":{\"b\":[[]]}}") == ErrorCode::too_deep);
}

namespace {

/// RFC 7396's own algorithm, over values.
Value reference_merge(const Value* target, const Value& patch) {
  const Object* changes = patch.as_object();
  if (!changes) return patch;
  Object result = target && target->as_object() ? *target->as_object() : Object();
  for (const Member& change : changes->members()) {
    if (change.value == Value()) {
      result.take(change.name);
    } else {
      result.set(change.name, reference_merge(result.find(change.name), change.value));
    }
  }
  return result;
}

std::string random_object(std::mt19937_64& random, int depth) {
  const auto space = [&] { return std::string(random() % 3, ' '); };
  std::string text = "{" + space();
  const std::size_t members = random() % 5;
  std::string names = "abcdef";
  std::shuffle(names.begin(), names.end(), random);
  for (std::size_t i = 0; i < members; ++i) {
    const auto kind = random() % 4;
    text += (i ? "," : "") + space() + '"' + names[i] + '"' + space() + ":" + space();
    text += kind == 0 && depth > 0 ? random_object(random, depth - 1)
            : kind == 1            ? "null"
            : kind == 2            ? "[1, {\"x\":null}]"
                                   : std::to_string(random() % 10);
    text += space();
  }
  return text + "}";
}

}  // namespace

TEST_CASE("merging texts gives what merging values gives") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 3'000; ++i) {
    const std::string original = random_object(random, 3);
    const std::string patch = random_object(random, 3);
    INFO(original << "\n" << patch);
    const auto target = decode_value(original, 20);
    const auto expected = reference_merge(&*target, *decode_value(patch, 20));
    const auto result = decode_value(merged(original, patch), 20);
    REQUIRE(result);
    REQUIRE(to_json(*result) == to_json(expected));
  }
}

}  // namespace dropzone::json
