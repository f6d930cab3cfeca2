// The IANA time zones that parse_time and format_time know.
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include <dropzone/steps_time/time_zone_database.h>

#include "steps/library_steps.h"

namespace dropzone {
namespace {

std::string at(std::string_view zone, std::string_view time, std::string_view ambiguous = {}) {
  Object parameters{{"formats", Array{"%F %T"}}, {"timezone", zone}};
  if (!ambiguous.empty()) parameters.append("ambiguous", ambiguous);
  return made_of("parse_time", std::move(parameters), time);
}

std::string why_not(std::string_view zone, std::string_view time) {
  return detail_of("parse_time", {{"formats", Array{"%F %T"}}, {"timezone", zone}}, time);
}

std::string fault_of_zone(std::string_view zone) {
  const auto found = find_time_zone(zone);
  return found ? "" : found.error().detail;
}

}  // namespace

TEST_CASE("a local time is read by its zone's clocks") {
  CHECK(at("Europe/Berlin", "2026-01-15 12:00:00") == R"("2026-01-15T11:00:00Z")");
  CHECK(at("Europe/Berlin", "2026-07-15 12:00:00") == R"("2026-07-15T10:00:00Z")");
  CHECK(at("America/New_York", "2026-07-15 12:00:00") == R"("2026-07-15T16:00:00Z")");
  CHECK(at("Asia/Kathmandu", "2026-07-15 12:00:00") == R"("2026-07-15T06:15:00Z")");
  CHECK(at("Etc/GMT+5", "2026-07-15 12:00:00") == R"("2026-07-15T17:00:00Z")");
  CHECK(at("+05:30", "2026-07-15 12:00:00") == R"("2026-07-15T06:30:00Z")");
  CHECK(at("Europe/Berlin", "2026-07-15 12:00:00.123456") == R"("2026-07-15T10:00:00.123456Z")");
}

TEST_CASE("a local time that the clocks skip is refused unless it says which moment is meant") {
  CHECK(at("Europe/Berlin", "2026-03-29 01:59:59") == R"("2026-03-29T00:59:59Z")");
  CHECK(at("Europe/Berlin", "2026-03-29 02:00:00") == "invalid_time parse_time /v");
  CHECK(at("Europe/Berlin", "2026-03-29 02:59:59.999999") == "invalid_time parse_time /v");
  CHECK(at("Europe/Berlin", "2026-03-29 03:00:00") == R"("2026-03-29T01:00:00Z")");
  CHECK(at("Europe/Berlin", "2026-03-29 02:30:00", "earlier") == R"("2026-03-29T00:30:00Z")");
  CHECK(at("Europe/Berlin", "2026-03-29 02:30:00", "later") == R"("2026-03-29T01:30:00Z")");
  CHECK(why_not("Europe/Berlin", "2026-03-29 02:30:00") ==
        "\"2026-03-29 02:30:00\" is not a time: the clocks in Europe/Berlin never showed it; "
        "\"ambiguous\" can say which moment is meant.");
}

TEST_CASE("a local time that the clocks show twice is refused unless it says which is meant") {
  CHECK(at("Europe/Berlin", "2026-10-25 02:30:00") == "invalid_time parse_time /v");
  CHECK(at("Europe/Berlin", "2026-10-25 02:30:00", "earlier") == R"("2026-10-25T00:30:00Z")");
  CHECK(at("Europe/Berlin", "2026-10-25 02:30:00", "later") == R"("2026-10-25T01:30:00Z")");
  CHECK(at("Europe/Berlin", "2026-10-25 03:00:00") == R"("2026-10-25T02:00:00Z")");
  CHECK(why_not("Europe/Berlin", "2026-10-25 02:00:00").find("showed it twice") !=
        std::string::npos);
}

TEST_CASE("south of the equator the clocks change the other way round") {
  CHECK(at("Australia/Sydney", "2026-04-05 02:30:00") == "invalid_time parse_time /v");
  CHECK(at("Australia/Sydney", "2026-04-05 02:30:00", "earlier") == R"("2026-04-04T15:30:00Z")");
  CHECK(at("Australia/Sydney", "2026-04-05 02:30:00", "later") == R"("2026-04-04T16:30:00Z")");
  CHECK(at("Australia/Sydney", "2026-10-04 02:30:00") == "invalid_time parse_time /v");
  CHECK(at("Australia/Lord_Howe", "2026-10-04 02:15:00", "later") ==
        R"("2026-10-03T15:45:00Z")");  // By half an hour.
}

TEST_CASE("a zone whose winter time is the exception is read as its clocks go") {
  CHECK(at("Europe/Dublin", "2026-01-15 12:00:00") == R"("2026-01-15T12:00:00Z")");
  CHECK(at("Europe/Dublin", "2026-07-15 12:00:00") == R"("2026-07-15T11:00:00Z")");
  CHECK(at("Europe/Dublin", "2026-03-29 01:30:00") == "invalid_time parse_time /v");
  CHECK(at("Europe/Dublin", "2026-10-25 01:30:00", "later") == R"("2026-10-25T01:30:00Z")");
}

TEST_CASE("a day that a zone skipped as a whole is refused") {
  CHECK(at("Pacific/Apia", "2011-12-30 12:00:00") == "invalid_time parse_time /v");
  CHECK(at("Pacific/Apia", "2011-12-31 00:00:00") == R"("2011-12-30T10:00:00Z")");
}

TEST_CASE("times long ago have the offset of the place, and the edges of the years are kept to") {
  CHECK(at("Europe/Berlin", "1800-01-01 00:53:28") == R"("1800-01-01T00:00:00Z")");
  CHECK(at("Europe/Berlin", "0001-01-01 00:53:28") == R"("0001-01-01T00:00:00Z")");
  CHECK(at("Europe/Berlin", "0001-01-01 00:53:27") == "invalid_time parse_time /v");
  CHECK(at("Asia/Tokyo", "9999-12-31 23:59:59") == R"("9999-12-31T14:59:59Z")");
  CHECK(at("-05:00", "9999-12-31 19:00:00") == "invalid_time parse_time /v");
}

// Debian's build of the library ignores the rule that a zone's file has for the time after its
// list.
TEST_CASE("where the list of a zone's changes ends, a time is refused rather than misread") {
  CHECK(at("Europe/Berlin", "2037-07-15 12:00:00") == R"("2037-07-15T10:00:00Z")");
  CHECK(at("Europe/Berlin", "2040-07-15 12:00:00") == "invalid_time parse_time /v");
  CHECK(at("Europe/Berlin", "9999-12-31 23:59:59") == "invalid_time parse_time /v");
  CHECK(at("Asia/Kolkata", "2040-07-15 12:00:00") == R"("2040-07-15T06:30:00Z")");
  CHECK(at("UTC", "9999-12-31 23:59:59") == R"("9999-12-31T23:59:59Z")");
}

TEST_CASE("an unknown zone is refused with the nearest name") {
  CHECK(fault_of_zone("Europe/Berlim").find("Did you mean \"Europe/Berlin\"?") !=
        std::string::npos);
  CHECK(fault_of_zone("utc").find("Did you mean \"UTC\"?") != std::string::npos);
  for (const std::string_view name :
       {"", "localtime", "Factory", "posixrules", "right/Europe/Berlin", "../Europe/Berlin",
        "Europe", "CEST", "+25:00", "+05:30x", "tzdata.zi"}) {
    CAPTURE(name);
    CHECK(fault_of_zone(name).starts_with("There is no time zone "));
  }
}

TEST_CASE("zones are found and read from many threads") {
  constexpr int kThreads = 4;
  std::vector<std::string> results(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&results, i] {
      const auto zone = find_time_zone("America/Sao_Paulo");
      if (!zone) return;
      const auto offset = (*zone)->offset_at(Moment(std::chrono::hours(24)));
      if (offset) results[static_cast<std::size_t>(i)] = std::to_string(offset->count());
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(results == std::vector<std::string>(kThreads, "-10800"));
}

}  // namespace dropzone
