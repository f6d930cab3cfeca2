#include "query/stored_document.h"

#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <string>

#include <dropzone/store/document_decoder.h>
#include <dropzone/value/json_text.h>

#include "support/random_seed.h"

namespace dropzone::sqlite {
namespace {

FieldPath path(std::string_view dotted) { return FieldPath::parse(dotted).value(); }

const Object& sample() {
  static const Object object{
      {"", "no path leads here"},
      {"array", Array{1, "two", Timestamp{3}, Value(), Array{4}, Object{{"a", 5}}, 6.5}},
      {"control", std::string("\x01\x1f\b\f\n\r\t\0\"\\/\x7f", 12)},
      {"double", 0.1},
      {"empty", Object{}},
      {"empty_array", Array{}},
      {"false", false},
      {"integer", std::numeric_limits<std::int64_t>::min()},
      {"large", 9223372036854775808.0},
      {"nested", Object{{"object", Object{{"time", Timestamp{1'500'000}}, {"text", "}]\",{["}}}}},
      {"null", Value()},
      {"quote\"d \\ name\n", 7},
      {"slash/tilde~", Object{{"a/b~c", Timestamp{7}}}},
      {"text", "caf\xc3\xa9 \xf0\x9f\x98\x80"},
      {"time", Timestamp{0}},
      {"true", true},
  };
  return object;
}

TEST_CASE("a field read from a document's text is the field of the object") {
  const std::string json = to_json(sample());
  const auto timestamps = timestamp_pointers(sample());
  const StoredDocument document(json, timestamps);
  for (const char* name :
       {"control", "double", "false", "integer", "large", "null", "quote\"d \\ name\n", "text",
        "time", "true", "nested.object.time", "nested.object.text", "slash/tilde~.a/b~c"}) {
    INFO(name);
    const Value* value = document.find(path(name));
    REQUIRE(value);
    CHECK(*value == *path(name).find_in(sample()));
  }
  for (const char* name :
       {"missing", "nested.missing", "text.missing", "array.0", "arra", "array1"}) {
    INFO(name);
    CHECK_FALSE(document.find(path(name)));
  }
  CHECK_FALSE(document.malformed());
}

TEST_CASE("an array's scalars are read, what is inside its arrays and objects is not") {
  const std::string json = to_json(sample());
  const auto timestamps = timestamp_pointers(sample());
  const StoredDocument document(json, timestamps);
  REQUIRE(document.find(path("array")));
  CHECK(*document.find(path("array")) ==
        Value(Array{1, "two", Timestamp{3}, Value(), Array{}, Object{}, 6.5}));
  CHECK(*document.find(path("empty_array")) == Value(Array{}));
  CHECK(*document.find(path("empty")) == Value(Object{}));
}

TEST_CASE("a string is a timestamp only if a pointer says so") {
  const std::string json = to_json(sample());
  const StoredDocument document(json, {});
  CHECK(*document.find(path("time")) == Value("1970-01-01T00:00:00Z"));
}

TEST_CASE("damaged text is noticed or read as something else, and never read beyond") {
  const std::string whole = to_json(sample());
  const auto timestamps = timestamp_pointers(sample());
  const auto look_everywhere = [&](const std::string& text) {
    // On the heap and without room at the end, so that sanitizers see each byte too far.
    const std::vector<char> bytes(text.begin(), text.end());
    const StoredDocument document({bytes.data(), bytes.size()}, timestamps);
    for (const char* name :
         {"array", "control", "integer", "nested.object.text", "true", "missing"}) {
      (void)document.find(path(name));
    }
    return document.malformed();
  };
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO(length);
    CHECK(look_everywhere(whole.substr(0, length)));
  }
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    look_everywhere(damaged);
  }
}

TEST_CASE("an invalid timestamp makes a document malformed") {
  const std::vector<std::string> timestamps{"/time"};
  const StoredDocument document("{\"time\":\"yesterday\"}", timestamps);
  CHECK_FALSE(document.find(path("time")));
  CHECK(document.malformed());
}

}  // namespace
}  // namespace dropzone::sqlite
