#include <catch2/catch.hpp>

#include <dropzone/config/option_values.h>

namespace dropzone::config {
namespace {

using std::chrono::milliseconds;

TEST_CASE("a size is bytes, or a number with a binary unit") {
  const CountRange any{.least = 0};
  CHECK(parse_size("65536", any).value() == 65'536);
  CHECK(parse_size("17B", any).value() == 17);
  CHECK(parse_size("4KiB", any).value() == 4'096);
  CHECK(parse_size("32MiB", any).value() == 33'554'432);
  CHECK(parse_size("1GiB", any).value() == 1'073'741'824);
  for (const auto text : {"", "MiB", "-1", "+1", "1.5MiB", "32 MiB", "32MB", "32mib", "0x10",
                          "17179869184GiB", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_size(text, any));
  }
}

TEST_CASE("a time needs its unit") {
  const DurationRange any{.least = milliseconds(0)};
  CHECK(parse_duration("500ms", any).value() == milliseconds(500));
  CHECK(parse_duration("10s", any).value() == milliseconds(10'000));
  CHECK(parse_duration("2m", any).value() == milliseconds(120'000));
  CHECK(parse_duration("1h", any).value() == milliseconds(3'600'000));
  CHECK(parse_duration("0", any).value() == milliseconds(0));
  for (const auto text : {"", "10", "s", "-1s", "1.5s", "10 s", "10sec", "25h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text, any));
  }
}

TEST_CASE("values out of their range are refused with the range") {
  CHECK(parse_count("11", {.least = 1, .most = 10}).error().detail ==
        R"("11" is out of range. Write 1 to 10.)");
  CHECK(parse_size("1KiB", {.least = 2'048, .most = 4'096}).error().detail ==
        R"("1KiB" is out of range. Write 2KiB to 4KiB.)");
  CHECK(parse_duration("0s", {}).error().detail == R"("0s" is out of range. Write 1ms to 1d.)");
}

TEST_CASE("what show_ functions write, parse_ functions read") {
  for (const std::size_t bytes : {1u, 1'000u, 1'024u, 65'537u, 1u << 20, 3u << 30}) {
    CHECK(parse_size(show_size(bytes), {}).value() == bytes);
  }
  for (const auto duration : {milliseconds(1), milliseconds(1'500), milliseconds(60'000)}) {
    CHECK(parse_duration(show_duration(duration), {}).value() == duration);
  }
  CHECK(show_size(32u << 20) == "32MiB");
  CHECK(show_duration(milliseconds(60'000)) == "1m");
}

TEST_CASE("an address has a host and a port") {
  for (const auto text : {"127.0.0.1:0", "0.0.0.0:65535", "localhost:8080", "[::1]:8080"}) {
    CAPTURE(text);
    CHECK(parse_address(text).value() == text);
  }
  for (const auto text : {"", "8080", ":8080", "host:", "host:port", "host:65536", "::1:8080",
                          "host:-1", "host:80x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_address(text));
  }
}

TEST_CASE("a list is words between commas") {
  CHECK(parse_list("") == std::vector<std::string>{});
  CHECK(parse_list("a, b,,c ") == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("a word that is not among the choices is refused with the nearest") {
  CHECK(parse_choice("json", {"auto", "text", "json"}).value() == 2);
  CHECK(parse_choice("jsn", {"auto", "text", "json"}).error().detail ==
        R"("jsn" is unknown. Write auto, text or json. Did you mean "json"?)");
}

}  // namespace
}  // namespace dropzone::config
