#include "rest/api_fixture.h"

namespace dropzone::http {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

std::string dry_run(const std::string& steps, const std::string& records = "[{}]") {
  return R"({"definition":{"name":"x","version":1,"pipeline":[)" + steps + R"(]},"records":)" +
         records + "}";
}

std::string set(const std::string& field, const std::string& value) {
  return R"({"set":{"field":")" + field + R"(","value":)" + value + "}}";
}

std::string move(const std::string& step, const std::string& from, const std::string& to) {
  return "{\"" + step + R"(":{"from":")" + from + R"(","to":")" + to + "\"}}";
}

/// A problem in short: "status code pointer".
std::string in_short(const Response& response) {
  std::string text = std::to_string(response.status);
  const Value body = body_of(response);
  for (const std::string_view name : {"code", "pointer"}) {
    const Value* const value = body.as_object()->find(name);
    if (value) text += ' ' + *value->as_string();
  }
  return text;
}

ApiOptions small_pages() {
  ApiOptions options;
  options.max_page_bytes = 100'000;
  return options;
}

TEST_CASE("no definition that a request brings makes a value deeper than a record may be") {
  ApiFixture api;
  const std::string long_path = repeated("a.", 499) + "a";
  CHECK(in_short(api.post("/transform", dry_run(set(long_path, "1")))) ==
        "400 invalid_configuration /definition/pipeline/0/set/field");
  std::string nesting = set("a", "1");
  for (int i = 0; i < 40; ++i)
    nesting += "," + move("rename", "a", "b.c") + "," + move("rename", "b", "a");
  const auto nested = api.post("/transform", dry_run(nesting));
  CHECK(nested.status == 200);
  CHECK(at(nested, "results.0.error.code") == Value("too_deep"));
  CHECK(at(nested, "results.0.error.step") == Value("rename"));
  CHECK(at(nested, "results.0.error.pointer") == Value("/b/c"));
  CHECK(at(api.post("/transform", dry_run(set("a.b", repeated("[", 20) + repeated("]", 20)))),
           "results.0.error.code") == Value("too_deep"));
}

TEST_CASE("a definition that a request brings has few steps and bytes") {
  ApiFixture api;
  const std::string steps = repeated(set("a", "1") + ",", 100) + set("b", "1");
  CHECK(in_short(api.post("/transform?trace=true", dry_run(steps))) ==
        "400 invalid_configuration /definition/pipeline/100");
  CHECK(in_short(api.post("/transform", dry_run(set("a", '"' + std::string(70'000, 'x') + '"')))) ==
        "413 body_too_large /definition");
  std::string names = "\"f\"";
  for (int i = 0; i < 1'000; ++i) names += ",\"f" + std::to_string(i) + '"';
  CHECK(in_short(api.post("/transform", dry_run("{\"keep\":{\"fields\":[" + names + "]}}"))) ==
        "400 invalid_configuration /definition/pipeline/0/keep/fields");
}

TEST_CASE("what steps make of a record, and the answer, stay within their bounds") {
  ApiFixture api(small_pages());
  std::string doubling = set("a", "[\"" + std::string(1'000, 'x') + "\"]");
  for (int i = 0; i < 18; ++i) {
    doubling += "," + move("copy", "a", "b.l") + "," + move("copy", "a", "b.r") + "," +
                move("rename", "b", "a");
  }
  const auto doubled = api.post("/transform", dry_run(doubling));
  CHECK(doubled.status == 200);
  CHECK(at(doubled, "results.0.error.code") == Value("record_too_large"));
  CHECK(at(doubled, "results.0.error.step") == Value("copy"));

  const std::string constant = set("a", '"' + std::string(50'000, 'x') + '"');
  const std::string many = "[" + repeated("{},", 999) + "{}]";
  CHECK(in_short(api.post("/transform", dry_run(constant, many))) == "413 too_many_records");
  CHECK(api.post("/transform", dry_run(constant)).status == 200);

  const std::string large = "[{\"a\":\"" + std::string(30'000, 'x') + "\"}]";
  const std::string steps = repeated(set("b", "1") + ",", 9) + set("b", "1");
  CHECK(api.post("/transform", dry_run(steps, large)).status == 200);
  CHECK(in_short(api.post("/transform?trace=true", dry_run(steps, large))) ==
        "422 record_too_large");
}

TEST_CASE("a record of too many values is a reject, and its bytes are kept") {
  ApiOptions options;
  options.max_values = 100;
  ApiFixture api(std::move(options));
  const std::string many = "{\"a\":[" + repeated("0,", 100) + "0]}";
  const auto stored = api.post("/store?kind=records", "[{\"a\":1}," + many + "]");
  CHECK(stored.status == 207);
  CHECK(at(stored, "results.1.error.code") == Value("too_many_values"));
  const auto rejects = api.call("GET", "/rejects");
  CHECK(at(rejects, "rejects.0.original") == Value(many));
  CHECK(at(api.post("/transform?kind=records", many), "results.0.error.code") ==
        Value("too_many_values"));
  CHECK(in_short(api.call("PUT", "/records/a", many, {{"Content-Type", "application/json"}})) ==
        "422 too_many_values /a/98");
}

TEST_CASE("a filter's fields and figures have bounds") {
  ApiFixture api;
  std::string fields = "\"f\"";
  for (int i = 0; i < 1'000; ++i) fields += ",\"f" + std::to_string(i) + '"';
  CHECK(in_short(api.post("/filter", "{\"aggregate\":{\"sum\":[" + fields + "]}}")) ==
        "400 invalid_request /aggregate/sum");
  const std::string long_name(2'000, 'x');
  CHECK(in_short(
            api.post("/filter", R"({"field":")" + long_name + R"(","operator":"=","value":1})")) ==
        "400 invalid_filter /field");
  CHECK(in_short(api.post("/filter", R"({"orderBy":[")" + repeated("a.", 300) + R"(a"]})")) ==
        "400 invalid_request /orderBy/0");
}

}  // namespace
}  // namespace dropzone::http
