// The kinds that ship, from their files to what they make of records.
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/value/json_text.h>

#include "files.h"

namespace dropzone {
namespace {

// What exact rational arithmetic makes of the seed records, rounded once.
struct Expected {
  const char* file;
  const char* time;
  double mean;
  double stdev;
};
constexpr Expected kSeeds[] = {
    {"file_0", "2019-05-01T10:00:00Z", 0x1.ff3f1852da73ep-1, 0x1.0495d40323167p+0},
    {"file_1", "2019-05-02T10:00:00Z", 0x1.14a1e4b52eb95p+1, 0x1.0b0b07bc33449p+0},
    {"file_2", "2019-05-03T10:00:00Z", 0x1.883e50016958bp+1, 0x1.027de409b1d58p+0},
    {"file_3", "2019-05-04T10:00:00Z", 0x1.0a7899f7b3529p+2, 0x1.149ce56518d7bp+0},
    {"file_4", "2019-05-05T10:00:00Z", 0x1.441bf374ddd4cp+2, 0x1.cd7e8926ed6b4p-1},
    {"file_5", "2019-05-06T10:00:00Z", 0x1.7cfd285f707a0p+2, 0x1.00cffc8c465efp+0},
};

Object decode_object(std::string_view text) { return *decode(text).as_object(); }

double number(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  REQUIRE(value);
  REQUIRE(value->as_double());
  return *value->as_double();
}

// "code step pointer" of what the measurements kind refuses.
std::string refusal(std::string_view record) {
  const auto result = read_kind("measurements").transform(decode_object(record));
  REQUIRE_FALSE(result);
  return std::string(error_name(result.error().code)) + ' ' + result.error().step + ' ' +
         result.error().pointer;
}

}  // namespace

TEST_CASE("measurements reduces the seed records to their times, means and deviations") {
  const Kind measurements = read_kind("measurements");
  for (const Expected& expected : kSeeds) {
    INFO(expected.file);
    const std::string text =
        read_source("tests/data/seed-records/" + std::string(expected.file) + ".json");
    const auto result = measurements.transform(decode_object(text));
    REQUIRE(result);
    REQUIRE(result->size() == 3);
    CHECK(*result->find("timeUTC") == Value(parse_timestamp(expected.time).value()));
    CHECK(number(*result, "mean") == expected.mean);
    const double stdev = number(*result, "stdev");
    CHECK(stdev >= std::nextafter(expected.stdev, 0));
    CHECK(stdev <= std::nextafter(expected.stdev, 2));
  }
}

TEST_CASE("measurements shows its fields in their order") {
  const auto result =
      read_kind("measurements")
          .transform(decode_object(
              R"({"data":[1,2.0,3e0,4],"extra":1,"time_stamp":"2019-05-01T06:00:00.5-0400"})"));
  REQUIRE(result);
  CHECK(to_json(*result) ==
        R"({"timeUTC":"2019-05-01T10:00:00.500Z","mean":2.5,"stdev":1.2909944487358056})");
}

TEST_CASE("measurements says where it refuses a record") {
  CHECK(refusal(R"({"data":[1,2]})") == "missing_field require /time_stamp");
  CHECK(refusal(R"({"time_stamp":"2019-05-01T06:00:00Z"})") == "missing_field require /data");
  CHECK(refusal(R"({"time_stamp":"2019-05-01","data":[1,2]})") ==
        "invalid_time parse_time /time_stamp");
  CHECK(refusal(R"({"time_stamp":1,"data":[1,2]})") == "type_mismatch parse_time /time_stamp");
  CHECK(refusal(R"({"time_stamp":"2019-05-01T06:00:00Z","data":[1,2,true]})") ==
        "type_mismatch statistics /data/2");
  CHECK(refusal(R"({"time_stamp":"2019-05-01T06:00:00Z","data":[1]})") ==
        "too_few_numbers statistics /data");
  CHECK(refusal(R"({"time_stamp":"2019-05-01T06:00:00Z","data":[1.7e308,-1.7e308]})") ==
        "number_out_of_range statistics /data");
}

TEST_CASE("records keeps an object as it is") {
  const std::string text = R"({"b":[1,{"x":null}],"a":"2019-05-01T06:00:00Z","":false})";
  const auto result = read_kind("records").transform(decode_object(text));
  REQUIRE(result);
  CHECK(to_json(*result) == text);
}

TEST_CASE("every kind file that ships is accepted and named as its file") {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(DROPZONE_SOURCE_DIR "/kinds")) {
    names.push_back(file.path().stem());
    CHECK(read_kind(names.back()).name() == names.back());
  }
  CHECK(names.size() >= 2);
}

}  // namespace dropzone
