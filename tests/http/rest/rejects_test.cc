#include <string>
#include <vector>

#include "rest/api_fixture.h"

namespace dropzone::http {
namespace {

const ApiFixture::Headers kNdjson = {{"Content-Type", "application/x-ndjson"}};

std::string csv_of(ApiFixture& api) {
  auto answer = api.call("GET", "/rejects?format=csv");
  REQUIRE(answer.status == 200);
  std::string text;
  while (*answer.stream.pull(text)) {
  }
  return text;
}

}  // namespace

TEST_CASE("a text that a spreadsheet would take for a formula is made none") {
  for (const std::string start : {"=", "+", "-", "@", "\t", "\r", "\xef\xbc\x9d", "\xef\xbc\x8b",
                                  "\xef\xbc\x8d", "\xef\xbc\xa0"}) {
    ApiFixture api;
    REQUIRE(api.call("POST", "/store", "{\"_id\":1}\n" + start + "cmd|' /C calc'!A0\n", kNdjson)
                .status == 422);
    const std::string csv = csv_of(api);
    CAPTURE(csv);
    CHECK(csv.find(",\"'" + start + "cmd|' /C calc'!A0\"\r\n") != csv.npos);
    CHECK(csv.find(",\"{\"\"_id\"\":1}\"\r\n") != csv.npos);
  }
}

TEST_CASE("bytes that are not UTF-8 are Base64 in CSV, and no line among the originals") {
  ApiFixture api;
  REQUIRE(api.call("POST", "/store", "\xff\n{\"_id\":\n1}\n[]\n {\"_id\":2}\n", kNdjson).status ==
          422);
  CHECK(csv_of(api).find(",\"base64:/w==\"\r\n") != std::string::npos);
  auto originals = api.call("GET", "/rejects?format=originals");
  std::string text;
  while (*originals.stream.pull(text)) {
  }
  CHECK(text == "{\"_id\":2}\n");
}

TEST_CASE("a download of rejects needs HTTP/1.1, which shows its end") {
  ApiFixture api;
  for (const std::string format : {"ndjson", "csv", "originals"}) {
    auto request = make_request("GET", "/rejects?format=" + format, "");
    REQUIRE(request);
    request->http_minor_version = 0;
    request->headers.set("Authorization", "Test ada");
    const auto answer = api.send(*std::move(request));
    CHECK(answer.status == 400);
    CHECK(answer.body.find("HTTP/1.1") != std::string::npos);
  }
}

TEST_CASE("a page of rejects is bound to what was asked for") {
  ApiFixture api;
  REQUIRE(api.call("POST", "/store", "{\"_id\":1}\n{\"_id\":2}\n{\"_id\":3}\n", kNdjson).status ==
          422);
  const auto page = api.call("GET", "/rejects?limit=1&code=invalid_id");
  const std::string cursor = *at(page, "nextCursor").as_string();
  CHECK(api.call("GET", "/rejects?limit=1&code=invalid_id&cursor=" + cursor).status == 200);
  for (const std::string other : {"", "&code=missing_field", "&code=invalid_id&step=require",
                                  "&code=invalid_id&receivedBefore=2020-01-01T00:00:00Z"}) {
    const auto answer = api.call("GET", "/rejects?limit=1" + other + "&cursor=" + cursor);
    CHECK(code_of(answer) == "invalid_cursor");
  }
}

}  // namespace dropzone::http
