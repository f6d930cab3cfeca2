#include <catch2/catch.hpp>

#include "steps/library_steps.h"

namespace dropzone {
namespace {

std::string written(Object parameters, std::string_view time) {
  const auto timestamp = parse_timestamp(time);
  REQUIRE(timestamp);
  return made_of("format_time", std::move(parameters), *timestamp);
}

std::string format_fault(Object parameters) {
  parameters.append("field", "v");
  return fault(step("format_time", std::move(parameters)), every_step());
}

const std::string kNotWritten = "invalid_time format_time /v";

}  // namespace

TEST_CASE("format_time writes a moment by a pattern, in UTC or in a zone") {
  constexpr auto kTime = "2019-05-01T22:05:09.5Z";
  CHECK(written({{"format", "%d.%m.%Y %H:%M:%S"}}, kTime) == R"("01.05.2019 22:05:09.500")");
  CHECK(written({{"format", "%F %T %z"}, {"timezone", "Europe/Berlin"}}, kTime) ==
        R"("2019-05-02 00:05:09.500 +0200")");
  CHECK(written({{"format", "%A %a %B %b %e %j %y %I %p %%"}}, kTime) ==
        R"("Wednesday Wed May May  1 121 19 10 PM %")");
  CHECK(written({{"format", "%I %p"}}, "2019-05-01T00:00:00Z") == R"("12 AM")");
  CHECK(written({{"format", "%T"}}, "2019-05-01T00:00:00.000001Z") == R"("00:00:00.000001")");
  CHECK(written({{"format", "%F %:z"}, {"timezone", "-03:30"}}, kTime) == R"("2019-05-01 -03:30")");
}

TEST_CASE("format_time writes RFC 3339 and Unix times") {
  constexpr auto kTime = "2019-05-01T10:00:00.001Z";
  CHECK(written({{"format", "rfc3339"}}, kTime) == R"("2019-05-01T10:00:00.001Z")");
  CHECK(written({{"format", "rfc3339"}, {"timezone", "Asia/Kolkata"}}, kTime) ==
        R"("2019-05-01T15:30:00.001+05:30")");
  CHECK(written({{"format", "unix_ms"}}, kTime) == "1556704800001");
  CHECK(written({{"format", "unix_us"}}, kTime) == "1556704800001000");
  CHECK(written({{"format", "unix_ns"}}, kTime) == "1556704800001000000");
  CHECK(written({{"format", "unix"}}, "1969-12-31T23:59:59Z") == "-1");
}

TEST_CASE("format_time refuses what it could not write exactly") {
  CHECK(written({{"format", "unix"}}, "2019-05-01T10:00:00.001Z") == kNotWritten);
  CHECK(written({{"format", "unix_ns"}}, "9999-12-31T00:00:00Z") == kNotWritten);
  CHECK(written({{"format", "%F"}, {"timezone", "-01:00"}}, "0001-01-01T00:00:00Z") == kNotWritten);
  CHECK(written({{"format", "%F"}, {"timezone", "+01:00"}}, "9999-12-31T23:00:00Z") == kNotWritten);
  CHECK(written({{"format", "%F"}, {"timezone", "Europe/Berlin"}}, "2040-07-01T00:00:00Z") ==
        kNotWritten);
  CHECK(written({{"format", "%T %z"}, {"timezone", "Europe/Berlin"}}, "1800-01-01T00:00:00Z") ==
        kNotWritten);
  CHECK(written({{"format", "%T"}, {"timezone", "Europe/Berlin"}}, "1800-01-01T00:00:00Z") ==
        R"("00:53:28")");
  CHECK(made_of("format_time", {{"format", "%F"}}, "2019-05-01") == "type_mismatch format_time /v");
}

TEST_CASE("format_time's definition is refused if it makes no sense") {
  CHECK(format_fault({}).starts_with("/0/format_time/format: "));
  CHECK(format_fault({{"format", "iso"}}).starts_with("/0/format_time/format: There is no format"));
  CHECK(format_fault({{"format", "unix"}, {"timezone", "UTC"}})
            .starts_with("/0/format_time/timezone: "));
  CHECK(format_fault({{"format", "%F"}, {"timezone", "Mars"}})
            .starts_with("/0/format_time/timezone: There is no time zone \"Mars\"."));
}

TEST_CASE("what format_time writes is known to be a string or a number") {
  CHECK(inferred({step("format_time", {{"field", "v"}, {"to", "a"}, {"format", "%F"}}),
                  step("format_time", {{"field", "v"}, {"to", "b"}, {"format", "unix"}})},
                 every_step()) == "a:string b:number");
}

TEST_CASE("parse_time reads what format_time writes") {
  for (const std::string_view time : {"0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z",
                                      "2000-02-29T12:34:56.789Z", "9999-12-31T23:59:59.999999Z"}) {
    for (const std::string_view format :
         {"rfc3339", "unix_us", "%F %T %z", "%j/%Y %I:%M:%S %p %z", "%A, %e %B %Y %R:%S %:z"}) {
      CAPTURE(time, format);
      const auto pipeline =
          parse_pipeline({step("parse_time", {{"field", "v"}}),
                          step("format_time", {{"field", "v"}, {"format", format}}),
                          step("parse_time", {{"field", "v"}, {"formats", Array{format}}})},
                         every_step())
              .value();
      const auto result = pipeline.apply({{"v", time}});
      REQUIRE(result);
      CHECK(to_json(*result->find("v")) == '"' + std::string(time) + '"');
    }
  }
}

}  // namespace dropzone
