#include "rest/api_fixture.h"

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

TEST_CASE("PATCH changes what it names, the rest keeps its bytes, and the pipeline runs again") {
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
  CHECK(api.call("PATCH", "/records/a?kind=measurements", "{}", kJson).status == 200);
  CHECK(api.call("PATCH", "/records/none", "{}", kMergePatch).status == 404);
}

TEST_CASE("the metadata has times, version, pipeline and the original's digest") {
  ApiFixture api;
  api.call("PUT", "/records/a", "{}", kJson);
  const auto response = api.call("GET", "/records/a?meta");
  CHECK(at(response, "_meta.pipeline") == Value("records@1"));
  CHECK(at(response, "_meta.sha256") ==
        Value("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"));
  CHECK(at(response, "_meta.createdAt") == at(response, "_meta.updatedAt"));
}

struct Condition {
  std::string_view value;
  int if_match;       ///< Of a GET with this If-Match.
  int if_none_match;  ///< Of a GET with this If-None-Match.
};

TEST_CASE("conditions are read by the grammar of RFC 9110, and what is malformed does nothing") {
  ApiFixture api;
  const auto created = api.call("PUT", "/records/a", "{}", kJson);
  const std::string tag(*created.headers.find("ETag"));
  const std::string bare = tag.substr(1, tag.size() - 2);
  const std::vector<std::pair<std::string, Condition>> cases = {
      {"*", {"the star alone", 200, 304}},
      {tag, {"a tag", 200, 304}},
      {"W/" + tag, {"a weak one matches weakly alone", 412, 304}},
      {"\"x\"", {"another tag", 412, 200}},
      {"\"x\"," + tag, {"a list", 200, 304}},
      {" \t\"x\" ,\t W/\"y\" , " + tag + " ", {"a list with blanks", 200, 304}},
      {",," + tag + ", ,", {"empty elements", 200, 304}},
      {"\"\"", {"the empty tag", 412, 200}},
      {"\"*\"", {"a star in quotes is a tag", 412, 200}},
      {"\"a,b\"", {"a comma in quotes is of the tag", 412, 200}},
      {"\"\xc3\xbc\"", {"bytes above ASCII", 412, 200}},
      {"", {"nothing", 412, 200}},
      {",", {"an empty list", 412, 200}},
      {"foo*bar", {"a star within", 400, 400}},
      {"*x", {"a star before", 400, 400}},
      {"x*", {"a star behind", 400, 400}},
      {"*, *", {"two stars", 400, 400}},
      {"*, " + tag, {"a star in a list", 400, 400}},
      {tag + ", *", {"a star at a list's end", 400, 400}},
      {"W/*", {"a weak star", 400, 400}},
      {bare, {"a tag without quotes", 400, 400}},
      {"\"" + bare, {"a quote that is never closed", 400, 400}},
      {bare + "\"", {"a quote that is never opened", 400, 400}},
      {"w/" + tag, {"a small w", 400, 400}},
      {"W " + tag, {"no slash", 400, 400}},
      {"W/ " + tag, {"a blank behind the slash", 400, 400}},
      {tag + tag, {"no comma between", 400, 400}},
      {tag + " " + tag, {"a blank between", 400, 400}},
      {tag + ";" + tag, {"a semicolon between", 400, 400}},
      {"\"a b\"", {"a blank in a tag", 400, 400}},
      {"\"x\", y", {"a list that ends badly", 400, 400}}};
  for (const auto& [value, wanted] : cases) {
    INFO(wanted.value << ": " << value);
    CHECK(api.call("GET", "/records/a", "", {{"If-Match", value}}).status == wanted.if_match);
    CHECK(api.call("GET", "/records/a", "", {{"If-None-Match", value}}).status ==
          wanted.if_none_match);
    if (wanted.if_match == 200) continue;
    for (const std::string field : {"If-Match", "If-None-Match"}) {
      if (field == "If-None-Match" && wanted.if_none_match == 200) continue;
      const int refused = field == "If-Match"           ? wanted.if_match
                          : wanted.if_none_match == 304 ? 412
                                                        : wanted.if_none_match;
      CHECK(api.call("PUT", "/records/a", "{}", with(kJson, field, value)).status == refused);
    }
    CHECK(api.call("PATCH", "/records/a", "{}", with(kMergePatch, "If-Match", value)).status ==
          wanted.if_match);
    CHECK(api.call("DELETE", "/records/a", "", {{"If-Match", value}}).status == wanted.if_match);
    CHECK(api.call("GET", "/records/a").headers.find("ETag") == tag);
  }
}

TEST_CASE("tags in several lines of a header are one list") {
  ApiFixture api;
  const std::string tag(*api.call("PUT", "/records/a", "{}", kJson).headers.find("ETag"));
  const auto status = [&](const std::vector<std::string>& lines) {
    auto request = *make_request("GET", "/records/a");
    request.headers.set("Authorization", "Test ada");
    for (const auto& line : lines) request.headers.add("If-Match", line);
    return api.send(std::move(request)).status;
  };
  CHECK(status({"\"x\"", tag}) == 200);
  CHECK(status({"\"x\"", "\"y\""}) == 412);
  CHECK(status({"*", "*"}) == 400);
  CHECK(status({tag, "*"}) == 400);
}

}  // namespace
}  // namespace dropzone::http
