#include "rest/api_fixture.h"

namespace dropzone::http {
namespace {

TEST_CASE("everything but pages, health and version needs credentials") {
  ApiFixture api;
  const auto anonymous = [&](std::string_view method, std::string_view target) {
    return api.send(*make_request(method, target));
  };
  for (const auto* target : {"/", "/swagger", "/openapi.json", "/openapi.yaml", "/health/live",
                             "/health/ready", "/version"}) {
    INFO(target);
    CHECK(anonymous("GET", target).status == 200);
  }
  for (const auto* target : {"/fetchAll", "/fetchKeys", "/fetchMany?_id=a", "/records/a", "/export",
                             "/rejects", "/kinds", "/kinds/records", "/metrics"}) {
    INFO(target);
    const auto response = anonymous("GET", target);
    CHECK(response.status == 401);
    CHECK_THAT(std::string(response.headers.find("WWW-Authenticate").value_or("")),
               Catch::StartsWith("Basic realm="));
  }
  CHECK(anonymous("POST", "/store").status == 401);
  CHECK(anonymous("DELETE", "/delete?_id=a").status == 401);
}

TEST_CASE("the script of a page is not offered the scheme for which browsers open a dialogue") {
  ApiFixture api;
  const auto challenge = [&](std::string_view mode) {
    Request request = *make_request("GET", "/kinds");
    request.headers.add("Sec-Fetch-Mode", mode);
    return std::string(api.send(std::move(request)).headers.find("WWW-Authenticate").value_or(""));
  };
  for (const auto* mode : {"cors", "same-origin", "no-cors"}) {
    CHECK(challenge(mode) == "Bearer realm=\"Data Dropzone\"");
  }
  CHECK_THAT(challenge("navigate"), Catch::StartsWith("Basic realm="));
}

TEST_CASE("an unknown path is 404, an unknown method 405 with the methods that there are") {
  ApiFixture api;
  CHECK(code_of(api.call("GET", "/fetchall")) == "not_found");
  CHECK(code_of(api.call("GET", "/records/a/b")) == "not_found");
  const auto response = api.call("GET", "/store");
  CHECK(response.status == 405);
  CHECK(response.headers.find("Allow") == "POST, OPTIONS");
  CHECK(api.call("OPTIONS", "/records/a").headers.find("Allow") ==
        "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
}

TEST_CASE("readiness ends when shutdown is announced, service does not") {
  ApiFixture api;
  api.api().announce_shutdown();
  const auto ready = api.call("GET", "/health/ready");
  CHECK(ready.status == 503);
  CHECK(code_of(ready) == "shutting_down");
  CHECK(ready.headers.contains("Retry-After"));
  CHECK(api.call("GET", "/health/live").status == 200);
  CHECK(api.post("/store", "{}").status == 201);
}

TEST_CASE("a problem names the request and says what was wrong") {
  ApiFixture api;
  auto request = make_request("GET", "/fetchAll?limit=no");
  request->headers.set("Authorization", "Test ada");
  request->request_id = "my-request";
  const auto response = api.send(*std::move(request));
  CHECK(at(response, "requestId") == Value("my-request"));
  CHECK(at(response, "instance") == Value("/fetchAll"));
  CHECK(at(response, "type") == Value("about:blank"));
  CHECK(at(response, "title") == Value("Bad Request"));
  CHECK_THAT(*at(response, "detail").as_string(), Catch::Contains("\"no\""));
}

TEST_CASE("a definition can be tried before it is deployed") {
  ApiFixture api;
  const auto response = api.post("/transform?trace=true", R"({
      "definition": {"name": "t", "version": 2, "pipeline": [{"remove": {"fields": ["b"]}}]},
      "records": [{"a": 1, "b": 2}, 7]})");
  CHECK(response.status == 200);
  CHECK(at(response, "results.0.record") == Value(Object{{"a", 1}}));
  CHECK(at(response, "results.0.trace.0.step") == Value("remove"));
  CHECK(at(response, "results.1.error.code") == Value("not_an_object"));
  const auto wrong = api.post("/transform", R"({"definition": {"name": "t", "version": 2,
      "pipeline": [{"remov": {}}]}, "records": [{}]})");
  CHECK(code_of(wrong) == "invalid_configuration");
  CHECK_THAT(*at(wrong, "pointer").as_string(), Catch::StartsWith("/definition/pipeline/0"));
  CHECK(at(api.call("GET", "/fetchKeys"), "keys").as_array()->empty());
}

TEST_CASE("every answer forbids browsers to keep, guess, frame or embed it") {
  ApiFixture api;
  REQUIRE(api.post("/store", R"({"_id": "a"})").status == 201);
  for (const auto target : {"/fetchAll", "/nowhere", "/fetchAll?limit=no", "/health/live",
                            "/records/a", "/records/b", "/", "/openapi.json"}) {
    CAPTURE(target);
    const auto headers = api.call("GET", target).headers;
    CHECK(headers.find("X-Content-Type-Options") == "nosniff");
    CHECK(headers.find("Cache-Control") != "");
    CHECK_THAT(std::string(headers.find("Content-Security-Policy").value_or("")),
               Catch::Contains("frame-ancestors 'none'"));
    CHECK(headers.find("Cross-Origin-Resource-Policy") == "same-origin");
  }
  CHECK(api.call("GET", "/fetchAll").headers.find("Cache-Control") == "no-store");
  CHECK(api.call("GET", "/records/a").headers.find("Cache-Control") == "private, no-cache");
}

}  // namespace
}  // namespace dropzone::http
