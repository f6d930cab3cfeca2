#include <dropzone/value/record_id.h>

#include "rest/api_fixture.h"

namespace dropzone::http {
namespace {

void store_numbers(ApiFixture& api, int count) {
  std::string body = "[";
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    body += (i > 0 ? "," : "") + ("{\"_id\": \"" + std::string(i < 10 ? "0" : "") + n +
                                  "\", \"n\": " + n + ", \"in\": {\"half\": " + n + ".5}}");
  }
  REQUIRE(api.post("/store", body + "]").status == 201);
}

TEST_CASE("paging through all records neither repeats nor skips one") {
  ApiFixture api;
  store_numbers(api, 23);
  std::vector<Value> seen;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = api.call("GET", "/fetchKeys?limit=5" + cursor);
    REQUIRE(page.status == 200);
    const Value keys = at(page, "keys");
    seen.insert(seen.end(), keys.as_array()->begin(), keys.as_array()->end());
    const Value next = at(page, "nextCursor");
    cursor = next.as_string() ? "&cursor=" + *next.as_string() : "";
    ++pages;
  } while (!cursor.empty());
  CHECK(pages == 5);
  REQUIRE(seen.size() == 23);
  CHECK(seen.front() == Value("00"));
  CHECK(seen.back() == Value("22"));
}

TEST_CASE("a page that ends with the last record has no next cursor") {
  ApiFixture api;
  store_numbers(api, 10);
  CHECK(at(api.call("GET", "/fetchAll?limit=10"), "nextCursor") == Value());
}

TEST_CASE("a cursor that was changed, or is from another query, is refused") {
  ApiFixture api;
  store_numbers(api, 10);
  const std::string cursor = *at(api.call("GET", "/fetchAll?limit=3"), "nextCursor").as_string();
  std::string changed = cursor;
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  CHECK(code_of(api.call("GET", "/fetchAll?limit=3&cursor=" + changed)) == "invalid_cursor");
  CHECK(code_of(api.call("GET", "/fetchAll?kind=measurements&cursor=" + cursor)) ==
        "invalid_cursor");
  CHECK(api.call("GET", "/fetchKeys?limit=7&cursor=" + cursor).status == 200);
}

TEST_CASE("limits are checked, and held to the maximum") {
  ApiFixture api(ApiOptions{.default_limit = 4, .max_limit = 6});
  store_numbers(api, 10);
  const auto count = [&](std::string_view query) {
    return at(api.call("GET", "/fetchKeys" + std::string(query)), "keys").as_array()->size();
  };
  CHECK(count("") == 4);
  CHECK(count("?limit=5") == 5);
  CHECK(count("?limit=1000") == 6);
  CHECK(count("?limit=99999999999999999999999") == 6);
  for (const auto* bad : {"0", "-1", "x", "", "1.5", "+3"}) {
    INFO(bad);
    CHECK(code_of(api.call("GET", "/fetchKeys?limit=" + std::string(bad))) == "invalid_request");
  }
}

TEST_CASE("only the fields asked for are shown, with the objects around them") {
  ApiFixture api;
  store_numbers(api, 1);
  CHECK_THAT(api.call("GET", "/fetchMany?_id=00&fields=in.half").body,
             Catch::StartsWith(R"({"records":[{"_id":"00","in":{"half":0.5}}])"));
  CHECK_THAT(api.call("GET", "/fetchMany?_id=00&fields=n,nothing").body,
             Catch::StartsWith(R"({"records":[{"_id":"00","n":0}])"));
}

TEST_CASE("ids come by comma and by repetition, in the order asked") {
  ApiFixture api;
  store_numbers(api, 4);
  const auto response = api.call("GET", "/fetchMany?_id=03,xx&_id=01");
  CHECK(at(response, "records.0._id") == Value("03"));
  CHECK(at(response, "records.1._id") == Value("01"));
  CHECK(at(response, "missing") == Value(Array{"xx"}));
  const auto posted = api.post("/fetchMany", R"({"_id": ["01", "yy"], "fields": ["n"]})");
  CHECK(posted.body == R"({"records":[{"_id":"01","n":1}],"missing":["yy"]})");
}

TEST_CASE("an id with every odd character is stored, fetched and deleted through the address") {
  ApiFixture api;
  const auto stored = api.post("/store", R"({"_id": "a'b\"%&=+ ü😀;--"})");
  REQUIRE(stored.status == 201);
  const std::string encoded = "a%27b%22%25%26%3D%2B%20%C3%BC%F0%9F%98%80;--";
  CHECK(api.call("GET", "/records/" + encoded).status == 200);
  CHECK(at(api.call("GET", "/fetchMany?_id=" + encoded), "missing").as_array()->empty());
  CHECK(api.call("DELETE", "/delete?_id=" + encoded).body ==
        R"({"deletedRecords":1,"missing":[]})");
}

TEST_CASE("unknown names are refused with the nearest known one") {
  ApiFixture api;
  const auto typo = api.call("GET", "/fetchAll?limt=3");
  CHECK(code_of(typo) == "unknown_parameter");
  CHECK_THAT(typo.body, Catch::Contains("limit"));
  CHECK(code_of(api.call("GET", "/fetchAll?kind=measurement")) == "unknown_kind");
  CHECK(code_of(api.post("/filter", R"({"feild": "n", "operator": "=", "value": 1})")) ==
        "unknown_member");
  CHECK(code_of(api.call("GET", "/fetchAll?limit=3&limit=4")) == "invalid_request");
  CHECK(code_of(api.post("/filter?kind=records", R"({"kind": "measurements"})")) ==
        "invalid_request");
}

TEST_CASE("a filter takes a time as text if the pipeline makes a timestamp") {
  ApiFixture api;
  REQUIRE(api.post("/store?kind=measurements",
                   R"([{"_id": "a", "time_stamp": "2019-05-01T06:00:00-04:00", "data": [1, 2]},
                       {"_id": "b", "time_stamp": "2019-05-02T06:00:00-0400", "data": [3, 4]}])")
              .status == 201);
  const auto response = api.post("/filter", R"({"kind": "measurements", "field": "timeUTC",
      "operator": ">", "value": "2019-05-01T12:00:00+01:00"})");
  CHECK(at(response, "records.0._id") == Value("b"));
  CHECK(at(response, "records").as_array()->size() == 1);
  CHECK(api.post("/filter", R"({"kind": "measurements", "field": "timeUTC", "operator": "=",
      "value": "yesterday"})")
            .status == 400);
}

TEST_CASE("aggregates answer in place of records") {
  ApiFixture api;
  store_numbers(api, 5);
  const auto response = api.post("/filter",
                                 R"({"field": "n", "operator": ">=", "value": 2,
          "aggregate": {"count": true, "sum": ["n", "x"], "avg": ["in.half", "x"]}})");
  CHECK_THAT(
      response.body,
      Catch::StartsWith(
          R"({"aggregate":{"count":3,"sum":{"n":9,"x":0},"avg":{"in.half":3.5,"x":null}},)"));
  CHECK(api.post("/filter", R"({"aggregate": {"count": true}, "limit": 3})").status == 400);
}

TEST_CASE("an export has every record, a line each") {
  ApiFixture api;
  store_numbers(api, 3);
  auto response = api.call("GET", "/export?fields=n");
  CHECK(code_of(response) == "unknown_parameter");
  response = api.call("GET", "/export?original=true");
  REQUIRE(response.stream.pull);
  std::string text;
  while (true) {
    const auto more = response.stream.pull(text);
    REQUIRE(more);
    if (!*more) break;
  }
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK_THAT(text, Catch::StartsWith(
                       R"({"_id":"00","n":0,"in":{"half":0.5},"_original":{"_id": "00", "n": 0,)"));
}

TEST_CASE("an export of short records hands out several pages of them in a piece") {
  ApiFixture api;
  constexpr int kPage = 2'000;
  constexpr int kRecords = 5 * kPage;
  store_numbers(api, kRecords);
  const auto response = api.call("GET", "/export");
  std::string text;
  auto more = response.stream.pull(text);
  CHECK((more && *more));
  const auto lines = [&text] { return std::count(text.begin(), text.end(), '\n'); };
  CHECK(lines() > kPage);
  CHECK(text.size() < 300'000);
  while (more && *more) more = response.stream.pull(text);
  CHECK(more);
  CHECK(lines() == kRecords);
}

TEST_CASE("a piece of an export has a bounded size, however large the records are") {
  ApiFixture api;
  std::string body;
  for (int i = 0; i < 40; ++i) {
    body += (i > 0 ? ",{\"a\":\"" : "[{\"a\":\"") + std::string(30'000, 'x') + "\"}";
  }
  REQUIRE(api.post("/store", body + "]").status == 201);
  const auto response = api.call("GET", "/export");
  std::size_t total = 0;
  for (bool more = true; more;) {
    std::string piece;
    more = *response.stream.pull(piece);
    CHECK(piece.size() < 600'000);
    total += piece.size();
  }
  CHECK(total > 1'200'000);
}

TEST_CASE("kinds are shown with their pipelines, types and counts") {
  ApiFixture api;
  store_numbers(api, 3);
  const auto kinds = api.call("GET", "/kinds");
  CHECK(at(kinds, "kinds.0.name") == Value("measurements"));
  CHECK(at(kinds, "kinds.0.fields.timeUTC") == Value("timestamp"));
  CHECK(at(kinds, "kinds.1.records") == Value(3));
  CHECK(at(api.call("GET", "/kinds/measurements"), "indexes") ==
        Value(Array{"timeUTC", "mean", "stdev"}));
  CHECK(code_of(api.call("GET", "/kinds/record")) == "unknown_kind");
}

TEST_CASE("query parameters that are not UTF-8 are refused by a document that is") {
  ApiFixture api;
  for (const std::string target :
       {"/fetchAll?limit=%ff", "/fetchAll?kind=%c3", "/fetchAll?%fe=1", "/fetchMany?_id=a,%80",
        "/fetchAll?kind=%ed%a0%80", "/fetchAll?cursor=%c0%af", "/records/a?fields=a&fields=%ff"}) {
    INFO(target);
    const auto answer = api.call("GET", target);
    CHECK(answer.status == 400);
    CHECK(code_of(answer) == "invalid_request");
    CHECK(is_utf8(answer.body));
  }
  CHECK(api.call("GET", "/fetchMany?_id=%c3%bc").status == 200);
}

TEST_CASE("a path that is not UTF-8 is refused by a document that is") {
  ApiFixture api;
  for (const std::string target : {"/records/%ff", "/%ff", "/records/%c3?kind=%c3"}) {
    const auto answer = api.call("GET", target);
    CHECK(answer.status >= 400);
    CHECK(answer.status < 500);
    CHECK(is_utf8(answer.body));
  }
}

}  // namespace
}  // namespace dropzone::http
