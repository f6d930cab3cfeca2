#include <catch2/catch.hpp>

#include <dropzone/json/project.h>

namespace dropzone::json {
namespace {

std::string projected(std::string_view data, const std::vector<std::string>& names) {
  std::vector<FieldPath> fields;
  for (const std::string& name : names) fields.push_back(*FieldPath::parse(name));
  std::string out = "before:";
  append_projected(out, data, fields);
  REQUIRE(out.starts_with("before:"));
  return out.substr(7);
}

constexpr std::string_view kData =
    R"({"a":1,"b":{"x":[1,{"y":"}]"}],"y":{"z":null,"w":"\"}"}},"c":"s,\"}","d":[],"e":-1.5e-7})";

}  // namespace

TEST_CASE("only the fields that were asked for are shown, in the record's order") {
  CHECK(projected(kData, {"c", "a"}) == R"({"a":1,"c":"s,\"}"})");
  CHECK(projected(kData, {"e"}) == R"({"e":-1.5e-7})");
  CHECK(projected(kData, {"d", "b"}) ==
        R"({"b":{"x":[1,{"y":"}]"}],"y":{"z":null,"w":"\"}"}},"d":[]})");
}

TEST_CASE("a dotted field stays inside its objects") {
  CHECK(projected(kData, {"b.y.z"}) == R"({"b":{"y":{"z":null}}})");
  CHECK(projected(kData, {"b.y.w", "a", "b.x"}) ==
        R"({"a":1,"b":{"x":[1,{"y":"}]"}],"y":{"w":"\"}"}}})");
}

TEST_CASE("a whole object that is asked for outweighs its parts") {
  CHECK(projected(kData, {"b.y", "b.y.z"}) == R"({"b":{"y":{"z":null,"w":"\"}"}}})");
}

TEST_CASE("a field that is missing leaves no trace") {
  CHECK(projected(kData, {"missing"}) == "{}");
  CHECK(projected(kData, {"a.x", "b.y.missing", "b.x.y", "c"}) == R"({"c":"s,\"}"})");
  CHECK(projected("{}", {"a"}) == "{}");
  CHECK(projected(R"({"a":{}})", {"a.b"}) == "{}");
  CHECK(projected(R"({"a":{"b":{}}})", {"a.b"}) == R"({"a":{"b":{}}})");
}

TEST_CASE("names with escapes are found") {
  CHECK(projected(R"({"a\"b":1,"c\\d":2,"e\nf":3})", {"a\"b", "e\nf"}) == R"({"a\"b":1,"e\nf":3})");
  CHECK(projected(R"({"c\\d":2})", {"c\\d"}) == R"({"c\\d":2})");
  CHECK(projected(R"({"c\\d":2})", {"c\\\\d"}) == "{}");
}

}  // namespace dropzone::json
