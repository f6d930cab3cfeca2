#include <catch2/catch.hpp>

#include <dropzone/json/decode_transform.h>
#include <dropzone/value/json_text.h>

namespace dropzone::json {
namespace {

void check_refusal(std::string_view body, ErrorCode code, std::string_view pointer) {
  INFO(body);
  const auto request = decode_transform(body, {});
  REQUIRE_FALSE(request);
  CHECK(request.error().code == code);
  CHECK(request.error().pointer == pointer);
}

}  // namespace

TEST_CASE("records alone are tried with a deployed kind") {
  const auto one = decode_transform(R"({"a":1,"records":[1]})", {});
  REQUIRE(one);
  CHECK_FALSE(one->definition);
  REQUIRE(one->records.size() == 1);
  CHECK(one->records[0].original == R"({"a":1,"records":[1]})");
  CHECK(decode_transform("[{},{}]", {})->records.size() == 2);
}

TEST_CASE("a definition comes with the records to try it on") {
  const auto request = decode_transform(
      "\xef\xbb\xbf{ \"records\": [ {\"a\":1} , 7 ], \"definition\": {\"name\":\"k\"} }", {});
  REQUIRE(request);
  REQUIRE(request->definition);
  CHECK(to_json(*request->definition) == R"({"name":"k"})");
  REQUIRE(request->records.size() == 2);
  CHECK(request->records[0].original == R"({"a":1})");
  CHECK(request->records[0].object);
  CHECK(request->records[1].object.error().code == ErrorCode::not_an_object);
}

TEST_CASE("a record with a field definition can be sent in an array") {
  const auto request = decode_transform(R"([{"definition":{}}])", {});
  REQUIRE(request);
  CHECK_FALSE(request->definition);
  CHECK(request->records.size() == 1);
}

TEST_CASE("records next to a definition may be as deep as anywhere") {
  std::string deep = "1";
  for (int i = 1; i < 20; ++i) deep = "[" + deep + "]";
  const auto request = decode_transform(
      R"({"definition":{},"records":[{"x":)" + deep + R"(},{"x":[)" + deep + "]}]}", {});
  REQUIRE(request);
  CHECK(request->records[0].object);
  CHECK(request->records[1].object.error().code == ErrorCode::too_deep);
}

TEST_CASE("a definition's body has it, its records and nothing else") {
  check_refusal(R"({"definition":{}})", ErrorCode::invalid_request, "/records");
  check_refusal(R"({"definition":{},"records":{}})", ErrorCode::invalid_request, "/records");
  check_refusal(R"({"definition":{},"records":[]})", ErrorCode::empty_body, "/records");
  check_refusal(R"({"definition":[],"records":[{}]})", ErrorCode::invalid_request, "/definition");
  check_refusal(R"({"definition":{},"record":[{}]})", ErrorCode::unknown_member, "/record");
  check_refusal(R"({"definition":{},"definition":{},"records":[{}]})", ErrorCode::invalid_request,
                "/definition");
  check_refusal(R"({"definition":{"version":1e400},"records":[{}]})",
                ErrorCode::number_out_of_range, "/definition/version");
  check_refusal(R"({"definition":{"name":"a","name":"b"},"records":[{}]})",
                ErrorCode::invalid_request, "/definition/name");
}

TEST_CASE("a dry run's body that is not JSON or is empty is refused") {
  check_refusal(R"({"definition":{},"records":[{}])", ErrorCode::invalid_json, "");
  check_refusal("", ErrorCode::empty_body, "");
  check_refusal("7", ErrorCode::invalid_request, "");
}

}  // namespace dropzone::json
