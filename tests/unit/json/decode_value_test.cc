#include <catch2/catch.hpp>

#include <dropzone/json/decode_value.h>
#include <dropzone/value/json_text.h>

namespace dropzone::json {
namespace {

Error value_fault_of(std::string_view text, std::size_t max_depth = 20) {
  auto value = decode_value(text, max_depth);
  REQUIRE_FALSE(value);
  return std::move(value).error();
}

}  // namespace

TEST_CASE("a text is the value that it spells, of whatever type") {
  for (const char* text :
       {"null", "true", "-1.5", "\"s\\u0000\"", "[]", "[1,[\"x\"],{}]", "{\"a\":{\"b\":[null]}}"}) {
    const auto value = decode_value(text, 20);
    REQUIRE(value);
    CHECK(to_json(*value) == text);
  }
  CHECK(*decode_value("\xef\xbb\xbf 3.0\n", 1) == Value(3));
}

TEST_CASE("duplicate members are refused, with the pointer of what is there twice") {
  const Error fault = value_fault_of(R"({"pipeline":[{},{"a/b":1,"c":2,"a/b":3}]})");
  CHECK(fault.code == ErrorCode::invalid_request);
  CHECK(fault.pointer == "/pipeline/1/a~1b");
  CHECK(fault.detail == "The member \"a/b\" is there more than once.");
}

TEST_CASE("depth is limited, and the outermost value is the first level") {
  CHECK(decode_value("[[1]]", 2));
  CHECK(decode_value("1", 0));
  const Error fault = value_fault_of(R"([0,{"a":[]}])", 2);
  CHECK(fault.code == ErrorCode::too_deep);
  CHECK(fault.pointer == "/1/a");
}

TEST_CASE("the first fault of a text is the one reported") {
  CHECK(value_fault_of("[1e400,{\"a\":1,\"a\":2}]").code == ErrorCode::number_out_of_range);
  CHECK(value_fault_of("[1e400,").code == ErrorCode::invalid_json);
}

TEST_CASE("blank text is refused as empty") {
  CHECK(value_fault_of("").code == ErrorCode::empty_body);
  CHECK(value_fault_of(" \n").code == ErrorCode::empty_body);
}

TEST_CASE("a value's fault has its place counted from the text's start") {
  CHECK(value_fault_of("{\n  \"name\": measurements\n}").detail ==
        "This is not JSON at line 2, column 11 (byte offset 12): a value was expected.");
}

}  // namespace dropzone::json
