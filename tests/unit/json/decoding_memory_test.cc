#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include <dropzone/call/memory_account.h>
#include <dropzone/json/decode_filter.h>
#include <dropzone/json/decode_ids.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_transform.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/json/merge_patch.h>
#include <dropzone/value/limits.h>

#include "records.h"

namespace dropzone::json {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

struct Accounted {
  explicit Accounted(std::size_t bytes) : budget(bytes), account(budget) {}
  DecodeLimits limits() { return {.memory = &account}; }
  MemoryBudget budget;
  MemoryAccount account;
};

std::size_t bytes_of(const std::vector<IncomingRecord>& records) {
  std::size_t bytes = 0;
  for (const IncomingRecord& record : records) {
    bytes += sizeof record + record.original.size();
    if (record.object) bytes += extent_of(Value(*record.object)).bytes - sizeof(Value);
  }
  return bytes;
}

}  // namespace

TEST_CASE("what decoding makes is charged, whatever it is made of") {
  const std::string text(1'000, 'x');
  const std::string bodies[] = {
      "{\"a\":[" + repeated("0,", 500'000) + "0]}",
      "[" + repeated("{},", 9'000) + "{}]",
      "{\"a\":[" + repeated("[],", 100'000) + "[]]}",
      "{\"a\":[" + repeated("{\"b\":1},", 100'000) + "1]}",
      "{\"a\":[" + repeated("[[0]],", 100'000) + "1]}",
      "{\"a\":[" + repeated("\"" + text + "\",", 1'000) + "1]}",
      "{\"a\":{" + repeated("\"" + text + "\":1,", 1'000) + "\"b\":1}}",
      "{\"" + repeated("x", kMegabyte) + "\":1}",
      "{\"a\":[" + repeated("\"\\u00e9\",", 50'000) + "0e999]}",
  };
  for (const std::string& body : bodies) {
    INFO(body.substr(0, 20));
    Accounted call(1'000 * kMegabyte);
    const auto records = decode_records(body, call.limits());
    REQUIRE(records);
    const std::size_t made = bytes_of(*records);
    CHECK(call.budget.used() >= made);
    CHECK(call.budget.used() < 5 * made + kMegabyte);

    // With less there is none at all, whichever piece it is that has no room.
    for (const std::size_t part : {2, 5, 50}) {
      Accounted small(made / part);
      const auto refused = decode_records(body, small.limits());
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == ErrorCode::overloaded);
      CHECK(refused.error().retry_after > 0);
      CHECK(small.budget.used() <= small.budget.limit());
    }
  }
}

TEST_CASE("lines are charged, too, well-formed or not") {
  for (const std::string line : {"{\"a\":1}\n", "{\"a\":1\n", "1\n", "{\"a\":{\"a\":1}}\n"}) {
    const std::string body = repeated(line, 10'000);
    Accounted call(100 * kMegabyte);
    const auto records = decode_ndjson(body, call.limits());
    REQUIRE(records);
    CHECK(call.budget.used() >= bytes_of(*records));
    Accounted small(kMegabyte);
    CHECK(decode_ndjson(body, small.limits()).error().code == ErrorCode::overloaded);
  }
}

TEST_CASE("a small body is charged with what it is, not with more") {
  Accounted call(10 * kMegabyte);
  REQUIRE(decode_records(R"({"time_stamp":"2024-01-01T00:00:00Z","data":[1,2,3]})", call.limits()));
  CHECK(call.budget.used() > 100);
  CHECK(call.budget.used() < 3'000);
}

TEST_CASE("an array or object that takes its stack along is charged with the room left on it") {
  std::string members;
  for (int i = 0; i < 65; ++i) members += "\"" + std::to_string(i) + "\":1,";
  for (const std::string& body :
       {"{\"a\":[" + repeated("1,", 129) + "1]}", "{" + members + "\"a\":1}",
        repeated("{\"a\":[" + repeated("1,", 64) + "1]}\n", 2)}) {
    Accounted whole(kMegabyte);
    const auto records = decode_ndjson(body, whole.limits());
    REQUIRE(records);
    CHECK(whole.budget.used() >= bytes_of(*records));
    for (std::size_t bytes = 1; bytes < whole.budget.used(); bytes += 7) {
      Accounted small(bytes);
      const auto refused = decode_ndjson(body, small.limits());
      if (!refused) CHECK(refused.error().code == ErrorCode::overloaded);
      CHECK(small.budget.used() <= bytes);
    }
  }
}

TEST_CASE("a record of too many values is refused, and the others are not") {
  constexpr std::size_t kMost = 1'000;
  const std::string inside = repeated("0,", kMost - 3);
  const DecodeLimits limits{.max_values = kMost};
  const auto records =
      decode_records("[{\"a\":[" + inside + "0]},{\"a\":[" + inside + "0,0]},{\"a\":{" +
                         repeated("\"x\":0,", kMost) + "\"y\":0}},{\"a\":1}]",
                     limits);
  REQUIRE(records);
  REQUIRE(records->size() == 4);
  CHECK((*records)[0].object);
  const auto& refused = (*records)[1].object.error();
  CHECK(refused.code == ErrorCode::too_many_values);
  CHECK(refused.detail == "There are more than 1000 values.");
  CHECK(refused.pointer == "/a/998");
  CHECK((*records)[1].original.size() > kMost);
  CHECK((*records)[2].object.error().code == ErrorCode::too_many_values);
  CHECK((*records)[3].object);
  CHECK(decode_ndjson("[" + inside + "0,0,0]\n{}\n", limits)->size() == 2);
  CHECK(decode_value("[" + inside + "0,0,0]", limits).error().code == ErrorCode::too_many_values);
}

TEST_CASE("thirty megabytes of nothing but elements cost what one record may have") {
  const std::string body = "{\"a\":[" + repeated("0,", 15 * kMegabyte) + "0]}";
  Accounted call(1'000 * kMegabyte);
  const auto records = decode_records(body, call.limits());
  REQUIRE(records);
  CHECK((*records)[0].object.error().code == ErrorCode::too_many_values);
  CHECK(call.budget.used() < body.size() + 150 * kMegabyte);

  const std::string list = repeated("0,", 15 * kMegabyte) + "0]";
  Accounted filter(50 * kMegabyte);
  CHECK(decode_filter(R"({"field":"a","operator":"IN","value":[)" + list + "}", &filter.account)
            .error()
            .code == ErrorCode::too_many_values);
  CHECK(decode_fetch_many("{\"_id\":[" + list + "}", 10, &filter.account).error().code ==
        ErrorCode::too_many_values);
}

TEST_CASE("a definition in a request has a bound") {
  const auto body = [](std::size_t bytes) {
    const std::string begin = R"({"description":")";
    return "{\"definition\":" + begin + std::string(bytes - begin.size() - 2, 'x') +
           "\"},\"records\":[{}]}";
  };
  CHECK(decode_transform(body(kMaxInlineDefinitionBytes), {}));
  const auto refused = decode_transform(body(kMaxInlineDefinitionBytes + 1), {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::body_too_large);
  CHECK(refused.error().pointer == "/definition");
}

TEST_CASE("looking for a definition keeps no member of a record") {
  std::string record = "{\"definitions\":1";
  for (int i = 0; i < 100'000; ++i) record += ",\"records" + std::to_string(i) + "\":1";
  const auto bare = decode_transform(record + "}", {});
  REQUIRE(bare);
  CHECK_FALSE(bare->definition);
  CHECK(bare->records[0].object->size() == 100'001);
  const auto late = decode_transform(
      repeated("{\"records\":1,", 1) + repeated("\"records\":1,", 9) + "\"definition\":{}}", {});
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::invalid_request);
  CHECK(late.error().pointer == "/records");
}

TEST_CASE("merging a patch is charged while it lasts") {
  std::string original = "{\"a\":0";
  for (int i = 0; i < 10'000; ++i) original += ",\"m" + std::to_string(i) + "\":{\"x\":1}";
  original += '}';
  const std::string patch = R"({"m5":{"x":{"y":2}}})";
  Accounted call(10 * kMegabyte);
  const auto merged = merge_patch(original, patch, call.limits());
  REQUIRE(merged);
  CHECK(merged->find(R"("m5":{"x":{"y":2}})") != std::string::npos);
  CHECK(call.budget.used() == 0);
  Accounted small(kMegabyte);
  CHECK(merge_patch(original, patch, small.limits()).error().code == ErrorCode::overloaded);
  CHECK(merge_patch("{}", original, small.limits()).error().code == ErrorCode::overloaded);
}

}  // namespace dropzone::json
