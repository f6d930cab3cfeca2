#include "api/api_fixture.h"

namespace dropzone::http {
namespace {

const ApiFixture::Headers kJson{{"Content-Type", "application/json"}};
const ApiFixture::Headers kMergePatch{{"Content-Type", "application/merge-patch+json"}};

ApiFixture::Headers with(ApiFixture::Headers headers, std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return headers;
}

TEST_CASE("PUT creates, then replaces, and each write has its own ETag") {
  ApiFixture api;
  const auto created = api.call("PUT", "/records/a", R"({"n": 1})", kJson);
  CHECK(created.status == 201);
  CHECK(created.body == R"({"_id":"a","n":1})");
  const auto replaced = api.call("PUT", "/records/a?original=true", R"({"n": 1.0 })", kJson);
  CHECK(replaced.status == 200);
  CHECK(replaced.body == R"({"_id":"a","n":1,"_original":{"n": 1.0 }})");
  CHECK(created.headers.find("ETag") != replaced.headers.find("ETag"));
  CHECK(api.call("GET", "/records/a").headers.find("ETag") == replaced.headers.find("ETag"));
}

TEST_CASE("the id in a PUT's body must be the one in its address") {
  ApiFixture api;
  const auto response = api.call("PUT", "/records/a", R"({"_id": "b"})", kJson);
  CHECK(response.status == 422);
  CHECK(code_of(response) == "id_mismatch");
}

TEST_CASE("a PUT that the pipeline refuses changes nothing") {
  ApiFixture api;
  const auto response =
      api.call("PUT", "/records/a?kind=measurements", R"({"data": [1, 2]})", kJson);
  CHECK(response.status == 422);
  CHECK(code_of(response) == "missing_field");
  CHECK(at(response, "step") == Value("require"));
  CHECK(api.call("GET", "/records/a?kind=measurements").status == 404);
  CHECK(at(api.call("GET", "/rejects"), "rejects").as_array()->empty());
  CHECK(code_of(api.call("PUT", "/records/a", "[{}]", kJson)) == "not_an_object");
}

TEST_CASE("conditions hold or the request fails") {
  ApiFixture api;
  const std::string first(
      *api.call("PUT", "/records/a", R"({"n": 1})", kJson).headers.find("ETag"));
  CHECK(api.call("GET", "/records/a", "", {{"If-None-Match", first}}).status == 304);
  CHECK(api.call("GET", "/records/a", "", {{"If-None-Match", "W/" + first}}).status == 304);
  CHECK(api.call("GET", "/records/a", "", {{"If-None-Match", "\"x\""}}).status == 200);
  CHECK(api.call("GET", "/records/a", "", {{"If-Match", "\"x\""}}).status == 412);

  CHECK(api.call("PUT", "/records/a", "{}", with(kJson, "If-None-Match", "*")).status == 412);
  CHECK(api.call("PUT", "/records/a", "{}", with(kJson, "If-Match", "\"x\"")).status == 412);
  CHECK(api.call("PUT", "/records/b", "{}", with(kJson, "If-Match", "*")).status == 412);
  CHECK(api.call("PUT", "/records/a", R"({"n": 2})", with(kJson, "If-Match", "\"x\", " + first))
            .status == 200);
  CHECK(api.call("DELETE", "/records/a", "", {{"If-Match", first}}).status == 412);
  CHECK(api.call("DELETE", "/records/a").status == 204);
  CHECK(api.call("DELETE", "/records/a").status == 404);
}

TEST_CASE("a version is never used again, also after a delete") {
  ApiFixture api;
  const std::string before(*api.call("PUT", "/records/a", "{}", kJson).headers.find("ETag"));
  api.call("DELETE", "/records/a");
  CHECK(api.call("PUT", "/records/a", "{}", kJson).headers.find("ETag") != before);
}

TEST_CASE("PATCH changes what it names, the rest keeps its bytes, and the pipeline runs anew") {
  ApiFixture api;
  api.post("/store?kind=measurements",
           R"({ "_id":"a",  "time_stamp": "2019-05-01T06:00:00Z", "data": [1.0, 3.00], "x":1 })");
  const auto patched =
      api.call("PATCH", "/records/a?kind=measurements&original=true",
               R"({"time_stamp": "2020-01-01T00:00:00Z", "x": null})", kMergePatch);
  CHECK(patched.status == 200);
  CHECK(at(patched, "timeUTC") == Value("2020-01-01T00:00:00Z"));
  CHECK_THAT(patched.body, Catch::Contains("\"data\": [1.0, 3.00]"));
  CHECK(api.call("PATCH", "/records/a?kind=measurements", R"({"data": [1]})", kMergePatch).status ==
        422);
  CHECK(at(api.call("GET", "/records/a?kind=measurements"), "mean") == Value(2));
  CHECK(api.call("PATCH", "/records/a", "{}", kJson).status == 415);
  CHECK(api.call("PATCH", "/records/none", "{}", kMergePatch).status == 404);
}

TEST_CASE("the metadata tells times, version, pipeline and the original's digest") {
  ApiFixture api;
  api.call("PUT", "/records/a", "{}", kJson);
  const auto response = api.call("GET", "/records/a?meta");
  CHECK(at(response, "_meta.pipeline") == Value("records@1"));
  CHECK(at(response, "_meta.sha256") ==
        Value("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"));
  CHECK(at(response, "_meta.createdAt") == at(response, "_meta.updatedAt"));
}

}  // namespace
}  // namespace dropzone::http
