#include <catch2/catch.hpp>

#include <dropzone/json/record_text.h>

namespace dropzone::json {
namespace {

const RecordMeta kMeta{.created_at = *parse_timestamp("2019-05-01T10:00:00Z"),
                       .updated_at = *parse_timestamp("2019-05-02T10:00:00.25Z"),
                       .version = "v1",
                       .pipeline = "measurements@1",
                       .sha256 = Sha256{0x00, 0x1f, 0xab}};

std::string shown(const RecordView& view, const RecordFormat& show) {
  std::string out = "[";
  append_record(out, view, show);
  return out.substr(1);
}

}  // namespace

TEST_CASE("a record is shown with its id before its data") {
  CHECK(shown({.id = "x", .data = R"({"a":1,"b":{}})", .original = {}}, {}) ==
        R"({"_id":"x","a":1,"b":{}})");
  CHECK(shown({.id = "x", .data = "{}", .original = {}}, {}) == R"({"_id":"x"})");
  CHECK(shown({.id = "\"\\ %\xf0\x9f\x98\x80", .data = "{}", .original = {}}, {}) ==
        "{\"_id\":\"\\\"\\\\ %\xf0\x9f\x98\x80\"}");
}

TEST_CASE("an original is shown byte for byte") {
  const std::string original = "{ \"a\" : 1.10,\n\"a\":1e3 }";
  CHECK(shown({.id = "x", .data = R"({"a":1000})", .original = original},
              {.original = OriginalForm::json}) ==
        R"({"_id":"x","a":1000,"_original":)" + original + "}");
  CHECK(shown({.id = "x", .data = "{}", .original = original}, {}) == R"({"_id":"x"})");
}

TEST_CASE("an original is shown as a string of its very bytes") {
  const std::string original = "{\r\n\t\"a\\n\" : 1.10 }";
  CHECK(shown({.id = "x", .data = "{}", .original = original}, {.original = OriginalForm::text}) ==
        R"({"_id":"x","_original":"{\r\n\t\"a\\n\" : 1.10 }"})");
}

TEST_CASE("a line has nothing in it that any program takes for its end, and the same values") {
  const auto line = [](std::string_view original, std::string_view data = "{}") {
    std::string out = "before\n";
    append_line(out, {.id = "x", .data = data, .original = original},
                {.original = OriginalForm::json});
    CHECK(out.starts_with("before\n"));
    return out.substr(7);
  };
  CHECK(line("{\n \"a\":\r\n1.10\r}") == "{\"_id\":\"x\",\"_original\":{  \"a\":  1.10 }}\n");
  CHECK(line("{\"a\":\"\\n\"}") == "{\"_id\":\"x\",\"_original\":{\"a\":\"\\n\"}}\n");
  CHECK(line("{\"\xe2\x80\xa8\":\n\"\xc2\x85\xe2\x80\xa9\"}") ==
        "{\"_id\":\"x\",\"_original\":{\"\\u2028\": \"\\u0085\\u2029\"}}\n");
  CHECK(line("{}", "{\"a\":\"\xe2\x80\xa8\"}") ==
        "{\"_id\":\"x\",\"a\":\"\\u2028\",\"_original\":{}}\n");
  // Characters that begin with the same bytes stay.
  CHECK(line("{\"a\":\"\xc2\xb0\xe2\x82\xac\xe2\x80\xa7\"}") ==
        "{\"_id\":\"x\",\"_original\":{\"a\":\"\xc2\xb0\xe2\x82\xac\xe2\x80\xa7\"}}\n");
}

TEST_CASE("what the server knows of a record is shown on request") {
  CHECK(shown({.id = "x", .data = "{}", .original = {}, .meta = &kMeta}, {.meta = true}) ==
        R"({"_id":"x","_meta":{"createdAt":"2019-05-01T10:00:00Z",)"
        R"("updatedAt":"2019-05-02T10:00:00.250Z","version":"v1","pipeline":"measurements@1",)"
        R"("sha256":"001fab0000000000000000000000000000000000000000000000000000000000"}})");
  RecordMeta bare = kMeta;
  bare.sha256.reset();
  std::string out;
  append_meta(out, bare);
  CHECK(out.ends_with(R"("pipeline":"measurements@1"})"));
}

TEST_CASE("only some fields are shown if they are asked for") {
  const FieldPath fields[] = {*FieldPath::parse("b.c"), *FieldPath::parse("missing")};
  const RecordView view{.id = "x", .data = R"({"a":1,"b":{"c":2,"d":3}})", .original = "{}"};
  CHECK(shown(view, {.original = OriginalForm::json, .fields = fields}) ==
        R"({"_id":"x","b":{"c":2},"_original":{}})");
  CHECK(shown(view, {.fields = std::span(fields).subspan(1)}) == R"({"_id":"x"})");
}

}  // namespace dropzone::json
