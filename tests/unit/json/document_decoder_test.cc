#include <catch2/catch.hpp>

#include <dropzone/json/document_decoder.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/limits.h>

namespace dropzone::json {
namespace {

const Timestamp kTime = *parse_timestamp("2019-05-01T10:00:00.000001Z");

using Pointers = std::vector<std::string>;

}  // namespace

TEST_CASE("a document's timestamps are found wherever they are") {
  const Object object{{"a", kTime},
                      {"b", Object{{"c/d~e", kTime}, {"x", "2019-05-01T10:00:00Z"}}},
                      {"f", Array{1, kTime, Array{Object{{"", kTime}}}}}};
  CHECK(timestamp_pointers(object) == Pointers{"/a", "/b/c~1d~0e", "/f/1", "/f/2/0/"});
  CHECK(timestamp_pointers({}).empty());
}

TEST_CASE("a document is read back with its timestamps, and other text stays text") {
  const Object object{{"a", kTime},
                      {"b", Object{{"c/d~e", kTime}, {"x", "2019-05-01T10:00:00Z"}}},
                      {"f", Array{1, kTime, Array{Object{{"", kTime}}}}}};
  const auto decoded = JsonDocumentDecoder().decode(to_json(object), timestamp_pointers(object));
  REQUIRE(decoded);
  CHECK(*decoded == object);
}

TEST_CASE("a document that is deeper than any record can be is damaged") {
  const auto nested = [](std::size_t levels) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i) text += "{\"a\":";
    return text + '1' + std::string(levels, '}');
  };
  CHECK(JsonDocumentDecoder().decode(nested(kMaxNesting), {}));
  const auto deeper = JsonDocumentDecoder().decode(nested(kMaxNesting + 1), {});
  REQUIRE_FALSE(deeper);
  CHECK(deeper.error().code == ErrorCode::store_corrupt);
  CHECK_FALSE(JsonDocumentDecoder().decode(nested(100'000), {}));
}

TEST_CASE("damaged documents are reported as such") {
  const JsonDocumentDecoder decoder;
  for (const char* text : {"", "[]", "1", "{", "{\"a\":1e400}", "{\"a\":\"\xff\"}"}) {
    const auto decoded = decoder.decode(text, {});
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().code == ErrorCode::store_corrupt);
  }
  for (const char* pointer : {"/a", "/b", "/c/2", "/c/x", "/c/0", "/c/1/0", ""}) {
    INFO(pointer);
    const auto decoded = decoder.decode(R"({"a":1,"c":[1,"x"]})", Pointers{pointer});
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().code == ErrorCode::store_corrupt);
  }
  CHECK(decoder.decode("{\"a\":1}", {}));
}

}  // namespace dropzone::json
