#include <catch2/catch.hpp>

#include "records.h"

using namespace std::string_literals;

namespace dropzone::json {
namespace {

bool is_invalid_json(std::string_view body) {
  const auto records = decode_records(body, {});
  return !records && records.error().code == ErrorCode::invalid_json;
}

}  // namespace

TEST_CASE("an object is one record and an array is one for each element") {
  CHECK(records_of(R"({"a":1})").size() == 1);
  CHECK(records_of(R"([{"a":1},{"a":2},{}])").size() == 3);
}

TEST_CASE("an original has the bytes of its record, white space, order and spelling included") {
  const auto body =
      " \n[ {\"b\" : 1.10,\r\n\t\"a\":100000000000000000000000000001, \"b\":\"\\u00e9\\/\" } ,\t{ }\n] "s;
  const auto records = records_of(body);
  REQUIRE(records.size() == 2);
  CHECK(records[0].original ==
        "{\"b\" : 1.10,\r\n\t\"a\":100000000000000000000000000001, \"b\":\"\\u00e9\\/\" }");
  CHECK(records[1].original == "{ }");
  CHECK(record_of("\t{\"x\":[{}]} \n").original == "{\"x\":[{}]}");
}

TEST_CASE("an object has its members in the order in which they came") {
  CHECK(object_of(R"({"z":1,"a":[true,false,null,"s",{}],"m":{"n":-1.5}})") ==
        R"({"z":1,"a":[true,false,null,"s",{}],"m":{"n":-1.5}})");
}

TEST_CASE("of duplicate members the last value stands in the place of the first") {
  CHECK(object_of(R"({"a":1,"b":2,"a":3,"c":4,"b":{"x":1,"x":2}})") ==
        R"({"a":3,"b":{"x":2},"c":4})");
  std::string body = R"({"first":0)";
  for (int i = 0; i < 50; ++i) body += ",\"m" + std::to_string(i % 20) + "\":" + std::to_string(i);
  body += R"(,"first":1})";
  const auto record = record_of(body);
  REQUIRE(record.object);
  CHECK(record.object->size() == 21);
  CHECK(record.object->members().front().name == "first");
  CHECK(*record.object->find("first") == Value(1));
  CHECK(*record.object->find("m9") == Value(49));
  CHECK(*record.object->find("m10") == Value(30));
}

TEST_CASE("two members _id are refused, at the top alone") {
  const Error fault = fault_of(R"({"_id":"a","x":1,"_id":"a"})");
  CHECK(fault.code == ErrorCode::invalid_id);
  CHECK(fault.pointer == "/_id");
  CHECK(object_of(R"({"x":{"_id":1,"_id":2}})") == R"({"x":{"_id":2}})");
}

TEST_CASE("an element that is not an object is refused with its bytes, and the others are kept") {
  const auto records =
      records_of(R"([{"a":1}, 7 ,"s,]", null,true,[1,{"x":[2]}],false,-1e5,{"b":2}])");
  REQUIRE(records.size() == 9);
  const char* const originals[] = {R"("s,]")", "null", "true", R"([1,{"x":[2]}])", "false", "-1e5"};
  CHECK(records[1].original == "7");
  for (std::size_t i = 0; i < 6; ++i) CHECK(records[i + 2].original == originals[i]);
  for (std::size_t i = 1; i < 8; ++i) {
    REQUIRE_FALSE(records[i].object);
    CHECK(records[i].object.error().code == ErrorCode::not_an_object);
  }
  CHECK(records[0].object);
  CHECK(records[8].object);
}

TEST_CASE("a body that is neither object nor array is refused") {
  for (const char* body : {"1", "\"s\"", "null", "true", " false "}) {
    CHECK(refusal_of(body).code == ErrorCode::invalid_request);
  }
}

TEST_CASE("a body without records is refused") {
  for (const char* body : {"", " \r\n\t", "[]", " [ ] ", "\xef\xbb\xbf", "\xef\xbb\xbf[]"}) {
    CHECK(refusal_of(body).code == ErrorCode::empty_body);
  }
}

TEST_CASE("a byte order mark is skipped") {
  CHECK(record_of("\xef\xbb\xbf{\"a\":1}").original == "{\"a\":1}");
}

TEST_CASE("nesting is allowed up to the limit, the record's own level included") {
  const auto nested = [](std::size_t levels) {
    std::string body = "1";
    for (std::size_t i = 1; i < levels; ++i) body = '[' + body + ']';
    return "{\"x\":" + body + '}';
  };
  CHECK(record_of(nested(20)).object);
  const auto records = records_of('[' + nested(20) + ',' + nested(21) + ",{\"a\":1}]");
  REQUIRE(records.size() == 3);
  CHECK(records[0].object);
  REQUIRE_FALSE(records[1].object);
  CHECK(records[1].object.error().code == ErrorCode::too_deep);
  CHECK(records[1].object.error().pointer.starts_with("/x/0/0"));
  CHECK(records[1].original == nested(21));
  CHECK(records[2].object);
}

TEST_CASE("records are allowed up to the limit") {
  const DecodeLimits limits{.max_depth = 20, .max_records = 2};
  CHECK(decode_records("[{},{}]", limits)->size() == 2);
  for (const char* body : {"[{},{},{}]", "[{},{},1]", "[{},{},[]]", "[{},{},{} never read"}) {
    const auto records = decode_records(body, limits);
    REQUIRE_FALSE(records);
    CHECK(records.error().code == ErrorCode::too_many_records);
  }
}

TEST_CASE("records are passed on one after the other, until the sink refuses one") {
  std::vector<std::string> passed;
  const IncomingSink until_two = [&passed](IncomingRecord record) -> Result<void> {
    if (passed.size() == 2) return Error{ErrorCode::deadline_exceeded, "no more"};
    passed.push_back(record.original);
    return {};
  };
  const auto refused = decode_records(R"([{"a":1},{"a":2},{"a":3},{"a":4}])", {}, until_two);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail == "no more");
  CHECK(passed == std::vector<std::string>{R"({"a":1})", R"({"a":2})"});
}

TEST_CASE("each record is passed on once, even if the body has to be read again") {
  const std::string_view body = R"([{"a":1},[],{"a":1e400},2,{"a":3}])";
  std::vector<IncomingRecord> passed;
  REQUIRE(decode_records(body, {}, [&passed](IncomingRecord record) -> Result<void> {
    passed.push_back(std::move(record));
    return {};
  }));
  const auto all = records_of(body);
  REQUIRE(passed.size() == 5);
  for (std::size_t i = 0; i < passed.size(); ++i) {
    INFO(i);
    CHECK(passed[i].original == all[i].original);
    CHECK(bool(passed[i].object) == (i == 0 || i == 4));
  }
  CHECK(passed[2].original == R"({"a":1e400})");
  CHECK(passed[2].object.error().code == ErrorCode::number_out_of_range);
}

TEST_CASE("a fault of the body is found after records were passed on") {
  std::size_t passed = 0;
  const auto done =
      decode_records(R"([{"a":1},{"a":2},{"a":])", {}, [&passed](IncomingRecord) -> Result<void> {
        ++passed;
        return {};
      });
  REQUIRE_FALSE(done);
  CHECK(done.error().code == ErrorCode::invalid_json);
  CHECK(passed == 2);
}

TEST_CASE("what RFC 8259 does not allow is refused") {
  for (const char* body : {"{",
                           "[",
                           "]",
                           "}",
                           "[{}",
                           "[{},]",
                           "[,{}]",
                           "[{} {}]",
                           "{,}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{\"a\" 1}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":1}}",
                           "{} {}",
                           "{}x",
                           "[]]",
                           "// x\n{}",
                           "{\"a\":01}",
                           "{\"a\":+1}",
                           "{\"a\":.5}",
                           "{\"a\":1.}",
                           "{\"a\":1e}",
                           "{\"a\":1e+}",
                           "{\"a\":-}",
                           "{\"a\":0x10}",
                           "{\"a\":1e400.5}",
                           "{\"a\":NaN}",
                           "{\"a\":Infinity}",
                           "{\"a\":-Infinity}",
                           "NaN",
                           "{\"a\":nul}",
                           "{\"a\":tru}",
                           "{\"a\":True}",
                           "{\"a\":undefined}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\u12g4\"}",
                           "{\"a\":\"\\u12",
                           "{\"a\":\"\n\"}",
                           "{\"a\":\"\t\"}",
                           "{\"a\":\"x",
                           "\xef\xbb\xbf\xef\xbb\xbf{}"}) {
    INFO(body);
    CHECK(is_invalid_json(body));
  }
}

TEST_CASE("half of a surrogate pair is refused, a whole one is a character") {
  for (const char* escaped : {"\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83d\\ud83d", "\\ud83dx",
                              "\\ud83d\\n", "\\uDFFF"}) {
    INFO(escaped);
    CHECK(is_invalid_json("{\"a\":\""s + escaped + "\"}"));
    CHECK(is_invalid_json("{\""s + escaped + "\":1}"));
  }
  CHECK(*record_of(R"({"a":"\ud83d\ude00"})").object->find("a") == Value("\xf0\x9f\x98\x80"));
}

TEST_CASE("bytes that are no UTF-8 are no JSON") {
  for (const char* bytes : {"\x80", "\xc0\xaf", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80",
                            "\xf5\x80\x80\x80", "\xf4\x90\x80\x80", "\xff", "\xe2\x82"}) {
    CHECK(is_invalid_json("{\"a\":\""s + bytes + "\"}"));
    CHECK(is_invalid_json("{\""s + bytes + "\":1}"));
    CHECK(is_invalid_json("{\"a\":"s + bytes + "}"));
  }
}

TEST_CASE("a text that ends within a character is refused") {
  for (const char* body :
       {"\"\xf0", "{\"a\":\"\xf0\x9f\x98", "{\"\xe2\x82", "[\xc3", "{\"a\":\"]]]]]]]].\xf4."}) {
    INFO(body);
    CHECK(is_invalid_json(std::string(body)));
    CHECK(is_invalid_json("{\"a\":1e400,\"b\":" + std::string(body)));
  }
}

TEST_CASE("of a fault in the JSON and one in the UTF-8 the first is reported") {
  CHECK_THAT(refusal_of("{\"a\":nul,\"\xff\":1}").detail, Catch::Contains("byte offset 8"));
  CHECK_THAT(refusal_of("{\"a\":\"\xff\",nul").detail, Catch::Contains("byte offset 6"));
  CHECK_THAT(refusal_of("{}\xff").detail, Catch::Contains("byte offset 2"));
}

TEST_CASE("null bytes are no JSON unless they are escaped") {
  CHECK(is_invalid_json("{}\0"s));
  CHECK(is_invalid_json("\0{}"s));
  CHECK(is_invalid_json("{\"a\":1}\0{\"b\":2}"s));
  CHECK(is_invalid_json("[{},\0{}]"s));
  CHECK(is_invalid_json("{\"a\":\"x\0y\"}"s));
  const auto record = record_of(R"({"a\u0000b":"x\u0000y"})");
  REQUIRE(record.object);
  CHECK(record.object->members().front().name == "a\0b"s);
  CHECK(record.object->members().front().value == Value("x\0y"s));
  CHECK(to_json(*record.object) == R"({"a\u0000b":"x\u0000y"})");
}

TEST_CASE("a fault's place is given by line, column and byte offset") {
  const Error fault = refusal_of("[{\"a\":1},\n {\"\xc3\xa9\":2 \"b\":3}]");
  CHECK(fault.detail ==
        "This is not JSON at line 2, column 9 (byte offset 19): a comma or a closing brace was "
        "expected.");
  CHECK(
      refusal_of("\xef\xbb\xbf{x").detail ==
      "This is not JSON at line 1, column 2 (byte offset 4): a member's name in double quotes was "
      "expected.");
  CHECK(refusal_of("{\"a\":").detail ==
        "This is not JSON at line 1, column 6 (byte offset 5): it ends too early.");
  CHECK(
      refusal_of("[{\"a\":\"\xff\"}]").detail ==
      "This is not JSON at line 1, column 8 (byte offset 7): the bytes are no well-formed UTF-8.");
}

}  // namespace dropzone::json
