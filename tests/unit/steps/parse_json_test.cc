#include <catch2/catch.hpp>

#include "steps/library_steps.h"

namespace dropzone {
namespace {

std::string parsed_json(Value value) { return made_of("parse_json", {}, std::move(value)); }

}  // namespace

TEST_CASE("parse_json makes a value of JSON text") {
  CHECK(parsed_json(R"( {"a": [1, 2.50, "é", null], "b": {}} )") ==
        R"({"a":[1,2.5,"é",null],"b":{}})");
  CHECK(parsed_json("17") == "17");
  CHECK(parsed_json(R"("text")") == R"("text")");
  CHECK(parsed_json("18446744073709551615") == "18446744073709551615");
  CHECK(parsed_json(R"({"a": 1, "a": 2})") == R"({"a":2})");
  CHECK(transformed({step("parse_json", {{"field", "v"}, {"to", "w.x"}})}, {{"v", "[]"}},
                    every_step()) == R"({"v":"[]","w":{"x":[]}})");
}

TEST_CASE("parse_json refuses text that is not JSON, or is not exact") {
  for (const std::string_view text :
       {"", " ", "{", "[1,]", "{'a': 1}", "nul", "1 2", "[1] x", "\"\\ud800\"", "NaN", "01",
        "\xef\xbb\xbf"
        "1"}) {
    CAPTURE(text);
    CHECK(parsed_json(text) == "invalid_json parse_json /v");
  }
  CHECK(parsed_json("1e999") == "number_out_of_range parse_json /v");
  CHECK(parsed_json("18446744073709551617") == "number_out_of_range parse_json /v");
  CHECK(parsed_json(1) == "type_mismatch parse_json /v");
  CHECK(detail_of("parse_json", {}, "[1,\n x]").find("line 2") != std::string::npos);
}

TEST_CASE("parse_json keeps to the limits of a record") {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  CHECK(parsed_json(nested(19)) == nested(19));
  CHECK(parsed_json(nested(20)) == "too_deep parse_json /v");
  CHECK(parsed_json(nested(100'000)) == "too_deep parse_json /v");
  const auto pipeline =
      parse_pipeline({step("parse_json", {{"field", "v"}})}, every_step()).value();
  std::string many = "[0";
  for (int i = 0; i < 2'000; ++i) many += ",0";
  Allowance allowance(RecordLimits{.max_made_bytes = 50'000});
  const auto result = pipeline.apply({{"v", many + "]"}}, allowance);
  REQUIRE_FALSE(result);
  CHECK((result.error().code == ErrorCode::too_many_values ||
         result.error().code == ErrorCode::record_too_large));
}

}  // namespace dropzone
