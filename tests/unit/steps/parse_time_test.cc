// parse_time: Unix times, patterns, and several formats.
#include <catch2/catch.hpp>
#include <limits>

#include "steps/library_steps.h"

namespace dropzone {
namespace {

std::string parsed(std::string_view format, Value value) {
  return made_of("parse_time", {{"formats", Array{format}}}, std::move(value));
}

std::string parsed_in_utc(std::string_view pattern, Value value) {
  return made_of("parse_time", {{"formats", Array{pattern}}, {"timezone", "UTC"}},
                 std::move(value));
}

std::string refused_pattern(std::string_view pattern) {
  return fault(
      step("parse_time", {{"field", "v"}, {"formats", Array{pattern}}, {"timezone", "UTC"}}),
      every_step());
}

const std::string kRefused = "invalid_time parse_time /v";

}  // namespace

TEST_CASE("a Unix time is read exactly, of numbers and of texts of digits") {
  CHECK(parsed("unix", 1556704800) == R"("2019-05-01T10:00:00Z")");
  CHECK(parsed("unix", "1556704800") == R"("2019-05-01T10:00:00Z")");
  CHECK(parsed("unix", 1556704800.123) == R"("2019-05-01T10:00:00.123Z")");
  CHECK(parsed("unix", "1556704800.1234569") == R"("2019-05-01T10:00:00.123456Z")");
  CHECK(parsed("unix_ms", std::int64_t{1556704800001}) == R"("2019-05-01T10:00:00.001Z")");
  CHECK(parsed("unix_us", std::int64_t{1556704800000001}) == R"("2019-05-01T10:00:00.000001Z")");
  CHECK(parsed("unix_ns", std::int64_t{1556704800000001999}) == R"("2019-05-01T10:00:00.000001Z")");
  CHECK(parsed("unix", 0) == R"("1970-01-01T00:00:00Z")");
  CHECK(parsed("unix", "000") == R"("1970-01-01T00:00:00Z")");
}

TEST_CASE("what is finer than a microsecond makes no time later, before 1970 too") {
  CHECK(parsed("unix_ns", 999) == R"("1970-01-01T00:00:00Z")");
  CHECK(parsed("unix_ns", -1) == R"("1969-12-31T23:59:59.999999Z")");
  CHECK(parsed("unix_ns", -1000) == R"("1969-12-31T23:59:59.999999Z")");
  CHECK(parsed("unix_ns", -1001) == R"("1969-12-31T23:59:59.999998Z")");
  CHECK(parsed("unix", "-0.0000001") == R"("1969-12-31T23:59:59.999999Z")");
  CHECK(parsed("unix", -1.5) == R"("1969-12-31T23:59:58.500Z")");
  CHECK(parsed("unix", 1e-7) == R"("1970-01-01T00:00:00Z")");
}

TEST_CASE("a Unix time keeps to the years 0001 to 9999") {
  CHECK(parsed("unix", std::int64_t{-62135596800}) == R"("0001-01-01T00:00:00Z")");
  CHECK(parsed("unix", std::int64_t{-62135596801}) == kRefused);
  CHECK(parsed("unix_ms", std::int64_t{253402300799999}) == R"("9999-12-31T23:59:59.999Z")");
  CHECK(parsed("unix_ms", std::int64_t{253402300800000}) == kRefused);
  CHECK(parsed("unix", std::numeric_limits<std::int64_t>::min()) == kRefused);
  CHECK(parsed("unix_ns", std::numeric_limits<std::uint64_t>::max()) ==
        R"("2554-07-21T23:34:33.709551Z")");
  CHECK(parsed("unix", 1e300) == kRefused);
  CHECK(parsed("unix", std::string(100'000, '9')) == kRefused);
}

TEST_CASE("a text that is not digits is not a Unix time") {
  for (const std::string_view text :
       {"", "-", ".", "1.", ".5", "+1", " 1", "1 ", "1e9", "0x10", "1,5", "1_000", "--1", "१२"}) {
    CAPTURE(text);
    CHECK(parsed("unix", text) == kRefused);
  }
  CHECK(parsed("unix", true) == "type_mismatch parse_time /v");
  CHECK(parsed("unix", Value()) == "type_mismatch parse_time /v");
  CHECK(parsed("%F", 20190501) ==
        "/0/parse_time/formats/0: The pattern has no offset from UTC "
        "(%z): say in \"timezone\" where the clocks are, such as "
        "\"UTC\", \"+05:30\" or \"Europe/Berlin\".");
}

TEST_CASE("a pattern reads dates and times in the ways that exports write them") {
  CHECK(parsed_in_utc("%Y-%m-%d %H:%M:%S", "2019-05-01 10:00:00") == R"("2019-05-01T10:00:00Z")");
  CHECK(parsed_in_utc("%d.%m.%Y", "1.5.2019") == R"("2019-05-01T00:00:00Z")");
  CHECK(parsed_in_utc("%m/%d/%y %I:%M %p", "5/1/19 12:05 am") == R"("2019-05-01T00:05:00Z")");
  CHECK(parsed_in_utc("%m/%d/%y %I:%M %p", "5/1/19 12:05 PM") == R"("2019-05-01T12:05:00Z")");
  CHECK(parsed_in_utc("%a, %d %b %Y %T", "Wed, 01 May 2019 10:00:00") ==
        R"("2019-05-01T10:00:00Z")");
  CHECK(parsed_in_utc("%A %e %B %Y", "wednesday  1 MAY 2019") == R"("2019-05-01T00:00:00Z")");
  CHECK(parsed_in_utc("%Y%m%dT%H%M%S", "20190501T100000") == R"("2019-05-01T10:00:00Z")");
  CHECK(parsed_in_utc("%Y-%j", "2020-366") == R"("2020-12-31T00:00:00Z")");
  CHECK(parsed_in_utc("%F %R", "2019-05-01 10:30") == R"("2019-05-01T10:30:00Z")");
  CHECK(parsed_in_utc("100%% %F", "100% 2019-05-01") == R"("2019-05-01T00:00:00Z")");
}

TEST_CASE("a second has its fraction, cut off after microseconds") {
  CHECK(parsed_in_utc("%F %T", "2019-05-01 10:00:00.1") == R"("2019-05-01T10:00:00.100Z")");
  CHECK(parsed_in_utc("%F %T", "2019-05-01 10:00:00,1234569999") ==
        R"("2019-05-01T10:00:00.123456Z")");
  CHECK(parsed_in_utc("%F %T.", "2019-05-01 10:00:00.") == R"("2019-05-01T10:00:00Z")");
  CHECK(parsed_in_utc("%F %T", "2019-05-01 10:00:00.") == kRefused);
}

TEST_CASE("an offset is read in each of its forms") {
  for (const std::string_view offset : {"+02", "+0200", "+02:00"}) {
    CAPTURE(offset);
    CHECK(parsed("%F %T%z", "2019-05-01 12:00:00" + std::string(offset)) ==
          R"("2019-05-01T10:00:00Z")");
  }
  CHECK(parsed("%F %T%:z", "2019-05-01 10:00:00Z") == R"("2019-05-01T10:00:00Z")");
  CHECK(parsed("%d/%b/%Y:%T %z", "01/May/2019:03:00:00 -0700") == R"("2019-05-01T10:00:00Z")");
  for (const std::string_view offset :
       {"", "+", "+2", "+02:", "+02:0", "+24:00", "+02:60", "UTC", "+02:00 ", "+02000"}) {
    CAPTURE(offset);
    CHECK(parsed("%F %T%z", "2019-05-01 12:00:00" + std::string(offset)) == kRefused);
  }
}

TEST_CASE("a time that does not exist, and text before or after it, is refused") {
  const auto refused = [](std::string_view pattern, std::string_view text) {
    CAPTURE(text);
    CHECK(parsed_in_utc(pattern, text) == kRefused);
  };
  refused("%F", "2019-02-29");
  refused("%F", "2019-13-01");
  refused("%F", "2019-00-01");
  refused("%F", "2019-01-00");
  refused("%F", "0000-01-01");
  refused("%F", "19-01-01");
  refused("%F", "02019-01-01");
  refused("%F", "-2019-01-01");
  refused("%F", "2019-01-01 ");
  refused("%F", " 2019-01-01");
  refused("%F", "2019-01-01x");
  refused("%F", "2019- 1-01");
  refused("%F %T", "2019-01-01 23:59:60");
  refused("%F %T", "2019-01-01 24:00:00");
  refused("%F %T", "2019-01-01 10:60:00");
  refused("%F %I %p", "2019-01-01 13 PM");
  refused("%F %I %p", "2019-01-01 0 AM");
  refused("%a %F", "Tue 2019-05-01");
  refused("%F %j", "2019-05-01 120");
  refused("%d %b %Y", "1 Mai 2019");
  refused("%Y-%j", "2019-366");
  refused("%Y-%j", "2019-000");
}

TEST_CASE("a two-digit year is one of 1969 to 2068") {
  CHECK(parsed_in_utc("%D", "01/02/68") == R"("2068-01-02T00:00:00Z")");
  CHECK(parsed_in_utc("%D", "01/02/69") == R"("1969-01-02T00:00:00Z")");
}

TEST_CASE("the first format that fits counts") {
  const Object formats{{"formats", Array{"rfc3339", "unix_ms", "%d.%m.%Y"}}, {"timezone", "UTC"}};
  CHECK(made_of("parse_time", formats, "2019-05-01T10:00:00Z") == R"("2019-05-01T10:00:00Z")");
  CHECK(made_of("parse_time", formats, std::int64_t{1556704800000}) == R"("2019-05-01T10:00:00Z")");
  CHECK(made_of("parse_time", formats, "1.5.2019") == R"("2019-05-01T00:00:00Z")");
  CHECK(detail_of("parse_time", formats, "May 1") ==
        R"("May 1" fits none of the formats "rfc3339", "unix_ms", "%d.%m.%Y".)");
  CHECK(detail_of("parse_time", formats, Array{}) ==
        "The value at /v is an array; it must be a string or a number.");
}

TEST_CASE("a refusal says what is missing and where") {
  const Object pattern{{"formats", Array{"%d.%m.%Y"}}, {"timezone", "UTC"}};
  CHECK(detail_of("parse_time", pattern, "1.5") ==
        R"("1.5" does not fit the pattern "%d.%m.%Y": "." is not at byte 4.)");
  CHECK(
      detail_of("parse_time", pattern, "1.May.2019") ==
      R"("1.May.2019" does not fit the pattern "%d.%m.%Y": the month's number is not at byte 3.)");
}

TEST_CASE("a pattern that does not say which moment is meant is refused") {
  const auto begins = [](std::string_view pattern, const std::string& detail) {
    CAPTURE(pattern, refused_pattern(pattern));
    CHECK(refused_pattern(pattern).starts_with("/0/parse_time/formats/0: " + detail));
  };
  begins("%m-%d", "It does not say the year, the month and the day.");
  begins("%Y-%m", "It does not say the year, the month and the day.");
  begins("%Y %j %d", "It says the day, but not the month.");
  begins("%F %I:%M", "%I and %p are not clear without each other.");
  begins("%F %M", "It says the minute, but not the hour.");
  begins("%F %S", "It says the second, but not the minute.");
  begins("%F %b", "It says the month's number twice.");
  begins("%F %H %I %p", "It says the hour twice.");
  begins("%F %", "A pattern cannot end with a %.");
  begins("%F %Z", "There is no %Z here. A zone's abbreviation does not say which zone is meant");
  begins("%s", "There is no %s here. Use the format \"unix\".");
  begins("%F %Q", "There is no %Q; there are %Y %y");
  begins("%F \xc3\xa9%\xc3\xa9", "There is no %…");
  begins("unix_m", "There is no format \"unix_m\". Did you mean \"unix_ms\"?");
  begins("%" + std::string(300, 'F'), "A pattern may have 200 bytes.");
}

TEST_CASE("parse_time's definition is refused if its parameters do not go together") {
  const auto refused = [](Object parameters) {
    parameters.append("field", "v");
    return fault(step("parse_time", std::move(parameters)), every_step());
  };
  CHECK(refused({{"timezone", "UTC"}}).starts_with("/0/parse_time/timezone: \"timezone\" is for"));
  CHECK(refused({{"ambiguous", "earlier"}}).starts_with("/0/parse_time/ambiguous: "));
  CHECK(refused({{"formats", Array{}}}).starts_with("/0/parse_time/formats: "));
  CHECK(refused({{"formats", Array{1}}}).starts_with("/0/parse_time/formats/0: "));
  CHECK(refused({{"formats", Array{"%F"}}, {"timezone", "+2"}})
            .starts_with("/0/parse_time/timezone: "));
}

TEST_CASE("the core alone reads Unix times, and patterns in UTC or at an offset") {
  const auto core = [](Object parameters) {
    return transformed({step("parse_time", std::move(parameters))}, {{"v", "1.5.2019"}});
  };
  CHECK(core({{"field", "v"}, {"formats", Array{"%d.%m.%Y"}}, {"timezone", "-03:00"}}) ==
        R"({"v":"2019-05-01T03:00:00Z"})");
  CHECK(fault(step("parse_time",
                   {{"field", "v"}, {"formats", Array{"%F"}}, {"timezone", "Europe/Berlin"}})) ==
        "/0/parse_time/timezone: There is no time zone \"Europe/Berlin\"; there are \"UTC\" and "
        "offsets such as \"+05:30\" here.");
}

TEST_CASE("parse_time makes timestamps, as is known of its field") {
  CHECK(inferred({step("parse_time", {{"field", "a"}, {"to", "b"}, {"formats", Array{"unix"}}})},
                 every_step()) == "b:timestamp");
  CHECK(transformed({step("parse_time", {{"fields", Array{"a", "b"}}, {"ignore_missing", true}})},
                    {{"b", "2019-05-01T10:00:00+01:00"}},
                    every_step()) == R"({"b":"2019-05-01T09:00:00Z"})");
}

}  // namespace dropzone
