#include <catch2/catch.hpp>

#include <chrono>

#include <dropzone/json/decode_filter.h>
#include <dropzone/json/decode_transform.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/json/merge_patch.h>

#include "records.h"

namespace dropzone::json {
namespace {

// Wide enough for sanitizers on a busy machine, and far below what quadratic work would take.
constexpr auto kLinear = std::chrono::seconds(30);

template <typename Work>
void check_is_linear(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  CHECK(std::chrono::steady_clock::now() - start < kLinear);
}

}  // namespace

TEST_CASE("a million levels of nesting harm nobody") {
  constexpr std::size_t kLevels = 1'000'000;
  const std::string open = repeated("[", kLevels);
  const std::string close = repeated("]", kLevels);
  CHECK(refusal_of(open).code == ErrorCode::invalid_json);
  CHECK(refusal_of(repeated("{\"a\":", kLevels)).code == ErrorCode::invalid_json);
  CHECK(decode_value(open + close, 20).error().code == ErrorCode::too_deep);
  CHECK(decode_filter("{\"and\":" + open + close + "}").error().code == ErrorCode::invalid_filter);
  CHECK(merge_patch("{}", "{\"a\":" + open + close + "}", {}).error().code == ErrorCode::too_deep);

  const auto records =
      records_of("[{\"a\":1},{\"deep\":" + open + close + "}," + open + close + ",{\"b\":2}]");
  REQUIRE(records.size() == 4);
  CHECK(records[0].object);
  CHECK(records[1].object.error().code == ErrorCode::too_deep);
  CHECK(records[2].object.error().code == ErrorCode::not_an_object);
  CHECK(records[3].object);
}

TEST_CASE("nesting beyond all reason refuses the body, without memory for it") {
  const std::string body = repeated("[", 32u << 20);
  CHECK(refusal_of(body).code == ErrorCode::too_deep);
}

TEST_CASE("an object of a million members takes time in proportion", "[figures]") {
  std::string body = "{";
  for (int i = 0; i < 1'000'000; ++i) {
    body += "\"" + std::to_string(i % 900'000) + "\":" + std::to_string(i) + ",";
  }
  body += "\"end\":0}";
  check_is_linear([&] {
    const auto record = record_of(body);
    REQUIRE(record.object);
    CHECK(record.object->size() == 900'001);
  });
  check_is_linear([&] {
    const auto merged = merge_patch(body, R"({"5":null,"899999":"x","new":1})", {});
    REQUIRE(merged);
    CHECK(merged->ends_with(R"("end":0,"new":1})"));
  });
}

TEST_CASE("ten thousand bad lines take time in proportion") {
  const std::string body = repeated(repeated("x", 1'000) + "\n", 10'000);
  check_is_linear([&] {
    const auto records = decode_ndjson(body, {});
    REQUIRE(records);
    CHECK(records->size() == 10'000);
  });
}

TEST_CASE("a million extreme numbers take time in proportion") {
  const std::string body = "{\"a\":[" + repeated("0e999,", 1'000'000) + "0e999]}";
  check_is_linear([&] { CHECK(record_of(body).object); });
}

TEST_CASE("strings of ten megabytes pass") {
  const std::string text = repeated("0123456789", 1'000'000);
  const auto record = record_of("{\"" + text + "\":\"" + text + "\"}");
  REQUIRE(record.object);
  CHECK(*record.object->find(text) == Value(text));
}

TEST_CASE("an error that would repeat a huge name or number stays small") {
  const std::string huge = repeated("9", 1'000'000);
  const Error fault = fault_of("{\"" + huge + "\":" + huge + "}");
  CHECK(fault.code == ErrorCode::number_out_of_range);
  CHECK(fault.detail.size() < 200);
  CHECK(fault.pointer.size() < 2'000);
}

}  // namespace dropzone::json
