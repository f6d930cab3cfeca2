#include <dropzone/value/timestamp.h>

#include <chrono>
#include <random>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "support/random_seed.h"

namespace dropzone {
namespace {

// What a text means, as it is shown; or the reason why it means nothing.
std::string reading(std::string_view text) {
  const auto timestamp = parse_timestamp(text);
  return timestamp ? format_timestamp(*timestamp) : timestamp.error().detail;
}

bool is_refused(std::string_view text) {
  const auto timestamp = parse_timestamp(text);
  return !timestamp && timestamp.error().code == ErrorCode::invalid_time;
}

}  // namespace

TEST_CASE("a date-time with an offset is read as the moment in UTC") {
  CHECK(reading("2019-05-01T06:00:00-04:00") == "2019-05-01T10:00:00Z");
  CHECK(reading("2019-05-01T06:00:00-0400") == "2019-05-01T10:00:00Z");
  CHECK(reading("2019-05-01T06:00:00+05:30") == "2019-05-01T00:30:00Z");
  CHECK(reading("2019-05-01T06:00:00Z") == "2019-05-01T06:00:00Z");
  CHECK(reading("2019-05-01t06:00:00z") == "2019-05-01T06:00:00Z");
  CHECK(reading("2019-05-01T06:00:00-00:00") == "2019-05-01T06:00:00Z");
  CHECK(reading("2019-12-31T23:59:59-23:59") == "2020-01-01T23:58:59Z");
  CHECK(reading("2020-03-01T00:00:00+23:59") == "2020-02-29T00:01:00Z");
  CHECK(reading("1969-12-31T23:59:59.999999Z") == "1969-12-31T23:59:59.999999Z");
  CHECK(parse_timestamp("1970-01-01T00:00:00Z")->micros == 0);
  CHECK(parse_timestamp("1969-12-31T23:59:59.9Z")->micros == -100'000);
}

TEST_CASE("digits finer than a microsecond are cut off") {
  CHECK(reading("2019-05-01T06:00:00.1234567Z") == "2019-05-01T06:00:00.123456Z");
  CHECK(reading("2019-05-01T06:00:00.9999999999999999999999Z") == "2019-05-01T06:00:00.999999Z");
  CHECK(reading("1901-05-01T06:00:00.0000009Z") == "1901-05-01T06:00:00Z");
}

TEST_CASE("a timestamp is shown with the fewest of 0, 3 or 6 digits that lose nothing") {
  CHECK(reading("2019-05-01T06:00:00.0Z") == "2019-05-01T06:00:00Z");
  CHECK(reading("2019-05-01T06:00:00.5Z") == "2019-05-01T06:00:00.500Z");
  CHECK(reading("2019-05-01T06:00:00.12Z") == "2019-05-01T06:00:00.120Z");
  CHECK(reading("2019-05-01T06:00:00.1234Z") == "2019-05-01T06:00:00.123400Z");
  CHECK(reading("2019-05-01T06:00:00.000001Z") == "2019-05-01T06:00:00.000001Z");
}

TEST_CASE("timestamps reach from the year 0001 to the year 9999 and no further") {
  CHECK(parse_timestamp("0001-01-01T00:00:00Z").value() == kEarliestTimestamp);
  CHECK(parse_timestamp("9999-12-31T23:59:59.999999Z").value() == kLatestTimestamp);
  CHECK(format_timestamp(kEarliestTimestamp) == "0001-01-01T00:00:00Z");
  CHECK(format_timestamp(kLatestTimestamp) == "9999-12-31T23:59:59.999999Z");
  CHECK(reading("0001-01-01T00:00:00-00:01") == "0001-01-01T00:01:00Z");
  CHECK(is_refused("0001-01-01T00:00:00+00:01"));
  CHECK(is_refused("9999-12-31T23:59:59-00:01"));
  CHECK(is_refused("0000-12-31T23:59:59-23:59"));
}

TEST_CASE("a date-time that RFC 3339 does not allow is refused") {
  const auto text = GENERATE(
      as<std::string>{}, "", "2019", "2019-05-01", "2019-05-01T06:00Z", "2019-05-01T06:00:00",
      "2019-05-01 06:00:00Z", " 2019-05-01T06:00:00Z", "2019-05-01T06:00:00Z ",
      "2019-5-01T06:00:00Z", "2019-05-01T6:00:00Z", "+2019-05-01T06:00:00Z",
      "-2019-05-01T06:00:00Z", "12019-05-01T06:00:00Z", "2019-05-01T06:00:00.Z",
      "2019-05-01T06:00:00,5Z", "2019-05-01T06:00:00+4:00", "2019-05-01T06:00:00+04",
      "2019-05-01T06:00:00+04:0", "2019-05-01T06:00:00+04:00:00", "2019-05-01T06:00:00 +04:00",
      "2019-05-01T06:00:00-", "2019-05-01T06:00:00ZZ", "2019/05/01T06:00:00Z", "20190501T060000Z",
      "2019-121T06:00:00Z", "2019-W18-3T06:00:00Z", "0000-01-01T00:00:00Z", "2019-00-01T06:00:00Z",
      "2019-13-01T06:00:00Z", "2019-05-00T06:00:00Z", "2019-05-32T06:00:00Z",
      "2019-04-31T06:00:00Z", "2019-02-29T06:00:00Z", "1900-02-29T06:00:00Z",
      "2019-05-01T24:00:00Z", "2019-05-01T06:60:00Z", "2016-12-31T23:59:60Z",
      "2019-05-01T06:00:00+24:00", "2019-05-01T06:00:00-23:60", "２019-05-01T06:00:00Z",
      "2019-05-01T06:00:00\xe2\x88\x92"
      "04:00");
  INFO(text);
  CHECK(is_refused(text));
}

TEST_CASE("leap days exist in leap years") {
  CHECK(reading("2020-02-29T00:00:00Z") == "2020-02-29T00:00:00Z");
  CHECK(reading("2000-02-29T00:00:00Z") == "2000-02-29T00:00:00Z");
}

TEST_CASE("a refusal says which rule the text breaks") {
  CHECK(reading("2019-02-29T00:00:00Z") ==
        "\"2019-02-29T00:00:00Z\" is not an RFC 3339 date-time: the month does not have this day.");
  CHECK(reading("2016-12-31T23:59:60Z") ==
        "\"2016-12-31T23:59:60Z\" is not an RFC 3339 date-time: the second must be 00 to 59.");
  CHECK(reading("yesterday") ==
        "\"yesterday\" is not an RFC 3339 date-time: it must look like 2019-05-01T06:00:00-04:00.");
}

TEST_CASE("a refusal repeats neither a long text nor one with odd bytes") {
  const std::string long_text(100'000, '9');
  CHECK(reading(long_text).size() < 200);
  CHECK(reading("\xff\n").starts_with("The text is not an RFC 3339"));
}

TEST_CASE("every moment is read as it is shown") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> any(kEarliestTimestamp.micros,
                                                  kLatestTimestamp.micros);
  constexpr std::int64_t kUnits[] = {1, 1'000, 1'000'000, 86'400'000'000};
  for (int round = 0; round < 20'000; ++round) {
    const std::int64_t unit = kUnits[round % 4];
    const Timestamp timestamp{any(random) / unit * unit};
    const std::string text = format_timestamp(timestamp);
    INFO(text);
    CHECK(parse_timestamp(text).value() == timestamp);
  }
}

}  // namespace dropzone
