#include "rest/api_fixture.h"

namespace dropzone::http {
namespace {

std::string pointers_of(const Response& response) {
  std::string pointers;
  const auto body = json::decode_value(response.body, 20);
  REQUIRE(body);
  const Value* const warnings = body->as_object()->find("warnings");
  if (!warnings) return pointers;
  for (const Value& warning : *warnings->as_array()) {
    pointers += *warning.as_object()->find("code")->as_string() + ' ' +
                *warning.as_object()->find("pointer")->as_string() + ';';
  }
  return pointers;
}

std::string asked(ApiFixture& api, std::string body) {
  const auto response = api.post("/filter", std::move(body));
  REQUIRE(response.status == 200);
  return pointers_of(response);
}

std::string refused(ApiFixture& api, const std::string& target, std::string body) {
  const auto response = body.empty() ? api.call("GET", target) : api.post(target, std::move(body));
  CHECK(response.status == 400);
  return *at(response, "code").as_string();
}

TEST_CASE("an answer warns of each integer that was rounded, and of no other number") {
  ApiFixture api;
  const auto stored = api.post("/store?return=counts", R"([{"_id":"a","n":18446744073709551615},
      {"_id":"b","n":18446744073709551617,"m":[1,{"k/":-99999999999999999999}],"x":1.5}])");
  REQUIRE(stored.status == 201);
  CHECK(pointers_of(stored) == "integer_rounded /n;integer_rounded /m/1/k~1;");
  CHECK(at(stored, "warnings.0.index") == Value(1));
  CHECK(at(api.call("GET", "/records/a"), "n") == Value(18446744073709551615u));
  CHECK(pointers_of(api.post("/store", R"({"n":7})")).empty());
  const auto tried = api.post("/transform", R"({"n":18446744073709551617})");
  CHECK(at(tried, "results.0.warnings.0.pointer") == Value("/n"));
}

TEST_CASE("of very many rounded integers an answer shows the first and counts the others") {
  ApiFixture api;
  std::string body = R"({"n":[99999999999999999999)";
  for (int i = 1; i < 3'000; ++i) body += ",99999999999999999999";
  const auto stored = api.post("/store?return=counts", body + "]}");
  const Value warnings = at(stored, "warnings");
  REQUIRE(warnings.as_array()->size() == 1'001);
  CHECK(at(stored, "warnings.1000.code") == Value("more_warnings"));
  CHECK(at(stored, "warnings.1000.detail") == Value("There are 2000 more warnings."));
}

TEST_CASE("an answer that is the record itself has a header for rounded integers") {
  ApiFixture api;
  const ApiFixture::Headers json{{"Content-Type", "application/json"}};
  const auto put = api.call("PUT", "/records/a", R"({"n":1,"m o":[99999999999999999999]})", json);
  CHECK(put.status == 201);
  CHECK(put.headers.find("X-Rounded-Integers") == "#/m%20o/0");
  const auto patched = api.call("PATCH", "/records/a", R"({"m o":null,"z":88888888888888888888})",
                                {{"Content-Type", "application/merge-patch+json"}});
  CHECK(patched.status == 200);
  CHECK(patched.headers.find("X-Rounded-Integers") == "#/z");
  CHECK_FALSE(api.call("GET", "/records/a").headers.find("X-Rounded-Integers"));
}

TEST_CASE("an answer that is the record itself has a header for the fields that it lacks") {
  ApiFixture api;
  REQUIRE(api.post("/store", R"({"_id":"a","n":1,"place":{"city":"Bonn"}})").status == 201);
  const auto absent = [&](const std::string& fields) {
    const auto answer = api.call("GET", "/records/a?fields=" + fields);
    CHECK(answer.status == 200);
    return std::string(answer.headers.find("X-Absent-Fields").value_or(""));
  };
  CHECK(absent("n,tiem,place.town,%2Fa~1b%20c") == "#/tiem, #/place/town, #/a~1b%20c");
  CHECK(absent("place,place.town,_id,n").empty());
  CHECK_FALSE(api.call("GET", "/records/a").headers.find("X-Absent-Fields"));
  const auto put =
      api.call("PUT", "/records/a?fields=m", R"({"n":1})", {{"Content-Type", "application/json"}});
  CHECK(put.headers.find("X-Absent-Fields") == "#/m");
}

TEST_CASE("a query that finds nothing learns which of its fields no record has") {
  ApiFixture api;
  CHECK(asked(api, R"({"field":"maen","operator":"=","value":4})").empty());  // No records at all.
  REQUIRE(api.post("/store", R"([{"mean":4,"at":"x","log.level":"warn"},{"mean":null}])").status ==
          201);
  CHECK(asked(api, R"({"field":"maen","operator":"=","value":4})") == "absent_field /field;");
  CHECK(asked(api, R"({"field":"log.level","operator":"=","value":"warn"})") ==
        "absent_field /field;");
  CHECK(asked(api, R"({"field":"/log.level","operator":"=","value":"warn"})").empty());
  CHECK(asked(api, R"({"field":"mean","operator":"=","value":5})").empty());
  CHECK(asked(api, R"({"field":"mean","operator":"=","value":"4"})") == "absent_field /field;");
  CHECK(asked(api, R"({"and":[{"field":"mean","operator":">","value":1},
      {"field":"aat","operator":"=","value":"x"}]})") == "absent_field /and/1/field;");
  CHECK(asked(api, R"({"orderBy":["-maen"]})") == "absent_field /orderBy/0;");
  CHECK(asked(api, R"({"fields":["mean","maen"]})") == "absent_field /fields/1;");
  CHECK(asked(api, R"({"aggregate":{"sum":["mean","maen"],"avg":["at"]}})") ==
        "absent_field /aggregate/sum/1;absent_field /aggregate/avg/0;");
  CHECK(pointers_of(api.call("GET", "/fetchAll?fields=maen,mean")) == "absent_field ;");
  CHECK(pointers_of(api.call("GET", "/fetchAll?fields=/log.level,mean")).empty());
}

TEST_CASE("a query that no record of the kind can answer to is refused") {
  ApiFixture api;
  const std::string filter = "/filter?kind=measurements";
  CHECK(refused(api, filter, R"({"field":"maen","operator":"=","value":4})") == "unknown_field");
  CHECK(refused(api, filter, R"({"field":"time_stamp","operator":">","value":"2020"})") ==
        "unknown_field");
  CHECK(refused(api, filter, R"({"field":"mean","operator":"=","value":"3"})") == "invalid_filter");
  CHECK(refused(api, filter, R"({"field":"timeUTC","operator":"=","value":5})") ==
        "invalid_filter");
  CHECK(refused(api, filter, R"({"orderBy":["maen"]})") == "unknown_field");
  CHECK(refused(api, filter, R"({"fields":["maen"]})") == "unknown_field");
  CHECK(refused(api, filter, R"({"aggregate":{"avg":["maen"]}})") == "unknown_field");
  CHECK(refused(api, filter, R"({"aggregate":{"sum":["timeUTC"]}})") == "invalid_request");
  CHECK(refused(api, "/filter", R"({"aggregate":{"sum":["_meta.version"]}})") == "invalid_request");
  CHECK(refused(api, "/filter", R"({"field":"_original.v","operator":"=","value":1})") ==
        "invalid_filter");
  CHECK(refused(api, "/fetchAll?fields=_meta.updatedAt", "") == "invalid_request");
  CHECK(refused(api, "/fetchAll?kind=measurements&fields=maen", "") == "unknown_field");
  CHECK(refused(api, "/records/x?kind=measurements&fields=maen", "") == "unknown_field");
  CHECK(refused(api, "/fetchMany?kind=measurements", R"({"_id":["x"],"fields":["maen"]})") ==
        "unknown_field");
}

TEST_CASE("what has changed since a moment can be asked") {
  ApiFixture api;
  REQUIRE(api.post("/store", R"({"_id":"a"})").status == 201);
  const auto since = [&](const std::string& moment) {
    return api.post("/filter", R"({"field":"_meta.updatedAt","operator":">=","value":")" + moment +
                                   R"(","orderBy":["-_meta.createdAt"]})");
  };
  CHECK(at(since("2020-01-01"), "records.0._id") == Value("a"));
  CHECK(at(since("2999-01-01"), "records") == Value(Array{}));
}

}  // namespace
}  // namespace dropzone::http
