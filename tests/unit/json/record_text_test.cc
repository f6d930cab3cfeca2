#include <catch2/catch.hpp>

#include <dropzone/json/record_text.h>

namespace dropzone::json {
namespace {

const RecordMeta kMeta{.created_at = *parse_timestamp("2019-05-01T10:00:00Z"),
                       .updated_at = *parse_timestamp("2019-05-02T10:00:00.25Z"),
                       .version = "v1",
                       .pipeline = "measurements@1",
                       .sha256 = Sha256{0x00, 0x1f, 0xab}};

std::string shown(const RecordView& view, const Show& show) {
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
  CHECK(shown({.id = "x", .data = R"({"a":1000})", .original = original}, {.original = true}) ==
        R"({"_id":"x","a":1000,"_original":)" + original + "}");
  CHECK(shown({.id = "x", .data = "{}", .original = original}, {}) == R"({"_id":"x"})");
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

TEST_CASE("only some fields are shown where they are asked for") {
  const FieldPath fields[] = {*FieldPath::parse("b.c"), *FieldPath::parse("missing")};
  const RecordView view{.id = "x", .data = R"({"a":1,"b":{"c":2,"d":3}})", .original = "{}"};
  CHECK(shown(view, {.original = true, .fields = fields}) ==
        R"({"_id":"x","b":{"c":2},"_original":{}})");
  CHECK(shown(view, {.fields = std::span(fields).subspan(1)}) == R"({"_id":"x"})");
}

}  // namespace dropzone::json
