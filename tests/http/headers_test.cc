#include <dropzone/http/message/headers.h>

#include <catch2/catch.hpp>

#include <string_view>
#include <vector>

using namespace dropzone::http;  // NOLINT: the subject of this file

TEST_CASE("fields are found whatever their case, and stay as they were spelled") {
  Headers headers;
  headers.add("Content-Type", "text/plain");
  headers.add("X-Empty", "");
  CHECK(headers.add_valid("Vary", "Origin"));
  headers.add("vary", "Accept");
  CHECK(headers.find("content-TYPE") == "text/plain");
  CHECK(headers.find("x-empty") == "");
  CHECK(headers.find_all("VARY") == std::vector<std::string_view>{"Origin", "Accept"});
  CHECK_FALSE(headers.contains("Content-Typ"));
  CHECK_FALSE(headers.find("text/plain").has_value());
  CHECK(headers[0].name == "Content-Type");
  CHECK(headers.line(0) == "Content-Type: text/plain\r\n");
  CHECK(headers.line(1) == "X-Empty: \r\n");
}

TEST_CASE("a field that is set takes the place of all of its name") {
  Headers headers;
  headers.add("A", "1");
  headers.add("B", "2");
  headers.add("a", "3");
  headers.set("A", "4");
  REQUIRE(headers.size() == 2);
  CHECK(headers.line(0) == "B: 2\r\n");
  CHECK(headers.line(1) == "A: 4\r\n");
  headers.remove("b");
  CHECK(headers.find("A") == "4");
  CHECK(headers.size() == 1);
}

TEST_CASE("no value can end its line") {
  Headers headers;
  headers.add("A", "1\r\nB: 2\t3");
  CHECK(headers.line(0) == "A: 1  B: 2\t3\r\n");
  CHECK_FALSE(headers.add_valid("C", "1\n"));
  CHECK(headers.size() == 1);
}
