#include <catch2/catch.hpp>

#include "records.h"

using namespace std::string_literals;

namespace dropzone::json {
namespace {

std::vector<IncomingRecord> lines_of(std::string_view body) {
  auto records = decode_ndjson(body, {});
  REQUIRE(records);
  return *std::move(records);
}

}  // namespace

TEST_CASE("each line is a record with its number, whatever ends it") {
  const auto records = lines_of("{\"a\":1}\n{\"a\":2}\r\n\n  \t\r\n {\"a\":3} ");
  REQUIRE(records.size() == 3);
  CHECK(records[0].original == "{\"a\":1}");
  CHECK(records[1].original == "{\"a\":2}");
  CHECK(records[2].original == "{\"a\":3}");
  CHECK(records[0].line == 1);
  CHECK(records[1].line == 2);
  CHECK(records[2].line == 5);
  for (const auto& record : records) CHECK(record.object);
}

TEST_CASE("a line that is not a JSON object is refused alone and keeps its bytes") {
  const auto bytes = "{\"a\":\"\xff\0\"}"s;
  const auto records = lines_of("{}\n{\"a\":\n" + bytes + "\r\n [{}] \n7\n{} {}\n{\"b\":2}");
  REQUIRE(records.size() == 7);
  const std::pair<std::string, ErrorCode> refused[] = {{"{\"a\":", ErrorCode::invalid_json},
                                                       {bytes, ErrorCode::invalid_json},
                                                       {" [{}] ", ErrorCode::not_an_object},
                                                       {"7", ErrorCode::not_an_object},
                                                       {"{} {}", ErrorCode::invalid_json}};
  for (std::size_t i = 0; i < 5; ++i) {
    const IncomingRecord& record = records[i + 1];
    REQUIRE_FALSE(record.object);
    CHECK(record.original == refused[i].first);
    CHECK(record.object.error().code == refused[i].second);
    CHECK(record.line == i + 2);
  }
  CHECK(records[0].object);
  CHECK(records[6].object);
}

TEST_CASE("a bad line's fault has its place in the body") {
  const auto records = lines_of("\xef\xbb\xbf{}\n\n{\"a\":nul}");
  REQUIRE(records.size() == 2);
  CHECK(records[1].object.error().detail ==
        "This is not JSON at line 3, column 9 (byte offset 15): a value was expected.");
}

TEST_CASE("faults of a well-formed record are its line's") {
  const auto records = lines_of("{\"a\":1e400}\n{\"_id\":\"x\",\"_id\":\"y\"}\n{\"a\":1e5}");
  REQUIRE(records.size() == 3);
  CHECK(records[0].object.error().code == ErrorCode::number_out_of_range);
  CHECK(records[0].object.error().pointer == "/a");
  CHECK(records[1].object.error().code == ErrorCode::invalid_id);
  CHECK(to_json(*records[2].object) == "{\"a\":100000}");
}

TEST_CASE("a byte order mark before the first line is skipped") {
  const auto records = lines_of("\xef\xbb\xbf{\"a\":1}\n{\"a\":2}");
  REQUIRE(records.size() == 2);
  CHECK(records[0].object);
  CHECK(records[0].original == "{\"a\":1}");
}

TEST_CASE("files may be joined: a mark begins a line wherever it is in no string") {
  const std::string mark = "\xef\xbb\xbf";
  const auto records = lines_of("{\"a\":1}\n" + mark + "{\"a\":2}\r\n" + mark + mark + "{\"a\":3}" +
                                mark + "{\"a\":\"\\\"" + mark + "\"} " + mark + "\n" + mark +
                                "\n{\"a\":" + mark + "{\"a\":6}");
  REQUIRE(records.size() == 6);
  const std::vector<std::pair<std::string, std::size_t>> expected = {
      {"{\"a\":1}", 1}, {"{\"a\":2}", 2}, {"{\"a\":3}", 3}, {"{\"a\":\"\\\"" + mark + "\"}", 3},
      {"{\"a\":", 5},   {"{\"a\":6}", 5}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(records[i].original == expected[i].first);
    CHECK(records[i].line == expected[i].second);
    CHECK(records[i].object.has_value() == (i != 4));
  }
}

TEST_CASE("many marks on one line are passed over in proportion to their number") {
  std::string body;
  for (int i = 0; i < 10'000; ++i) body += "{}\xef\xbb\xbf";
  CHECK(lines_of(body).size() == 10'000);
}

TEST_CASE("a text sequence has its records between separators, whatever lines they have") {
  const auto records = lines_of("\x1e{\"a\":\n1}\r\n\x1e\x1e{\"a\":nul\n}\n\x1e{\"a\":3}");
  REQUIRE(records.size() == 3);
  CHECK(records[0].original == "{\"a\":\n1}");
  CHECK(records[0].line == 1);
  CHECK(records[1].original == "{\"a\":nul\n}");
  CHECK(records[1].object.error().detail ==
        "This is not JSON at line 3, column 9 (byte offset 21): a value was expected.");
  CHECK(records[2].line == 5);
}

TEST_CASE("a body of blank lines alone is empty") {
  for (const char* body : {"", "\n", " \r\n\t\n\n"}) {
    const auto records = decode_ndjson(body, {});
    REQUIRE_FALSE(records);
    CHECK(records.error().code == ErrorCode::empty_body);
  }
}

TEST_CASE("lines are allowed up to the limit of records, bad ones counted and blank ones not") {
  const DecodeLimits limits{.max_depth = 20, .max_records = 2};
  CHECK(decode_ndjson("{}\n\n\nbad\n\n", limits)->size() == 2);
  const auto records = decode_ndjson("{}\nbad\n{}", limits);
  REQUIRE_FALSE(records);
  CHECK(records.error().code == ErrorCode::too_many_records);
}

TEST_CASE("a line is passed on once it was read to its end") {
  std::vector<IncomingRecord> passed;
  const IncomingSink sink = [&passed](IncomingRecord record) -> Result<void> {
    if (passed.size() == 3) return Error{ErrorCode::deadline_exceeded, "no more"};
    passed.push_back(std::move(record));
    return {};
  };
  const auto refused = decode_ndjson("{\"a\":1} x\n{\"a\":1e400}\n{}\n{}\n", {}, sink);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail == "no more");
  REQUIRE(passed.size() == 3);
  CHECK(passed[0].original == "{\"a\":1} x");
  CHECK_FALSE(passed[0].object);
  CHECK(passed[1].object.error().code == ErrorCode::number_out_of_range);
  CHECK(passed[2].line == 3);
}

}  // namespace dropzone::json
