#include <dropzone/kind/field_edit.h>

#include <catch2/catch.hpp>

#include <dropzone/value/json_pointer.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

FieldPath path(std::string_view dotted) { return FieldPath::parse(dotted).value(); }

}  // namespace

TEST_CASE("setting a field replaces it in its place or appends it") {
  Object object{{"a", 1}, {"b", 2}};
  CHECK(set_field(object, path("a"), 3));
  CHECK(set_field(object, path("c"), 4));
  CHECK(to_json(object) == R"({"a":3,"b":2,"c":4})");
}

TEST_CASE("setting a nested field makes the objects on the way") {
  Object object{{"a", Object{{"x", 1}}}};
  CHECK(set_field(object, path("a.y.z"), 2));
  CHECK(set_field(object, path("b.c"), 3));
  CHECK(to_json(object) == R"({"a":{"x":1,"y":{"z":2}},"b":{"c":3}})");
}

TEST_CASE("setting a field inside a value that is not an object is refused and changes nothing") {
  Object object{{"a", Object{{"b/~", Array{1}}}}};
  const Object before = object;
  const auto set = set_field(object, path("a.b/~.c"), 2);
  REQUIRE_FALSE(set);
  CHECK(set.error().code == ErrorCode::type_mismatch);
  CHECK(set.error().pointer == "/a/b~1~0");
  CHECK(set.error().detail == "The value at /a/b~1~0 is an array; it must be an object.");
  CHECK(object == before);
}

TEST_CASE("taking a field removes it and leaves the objects on the way") {
  Object object{{"a", Object{{"b", 1}}}, {"c", 2}};
  CHECK(take_field(object, path("a.b")) == Value(1));
  CHECK(take_field(object, path("a.b")) == std::nullopt);
  CHECK(take_field(object, path("c.d")) == std::nullopt);
  CHECK(take_field(object, path("x.y")) == std::nullopt);
  CHECK(to_json(object) == R"({"a":{},"c":2})");
}

TEST_CASE("pointers escape slashes and tildes") {
  CHECK(pointer_to("/data", "a/b~c") == "/data/a~1b~0c");
  CHECK(pointer_to("/data", "") == "/data/");
  CHECK(pointer_to("/data", std::size_t{3}) == "/data/3");
  CHECK(pointer_to(path("address.city")) == "/address/city");
}

}  // namespace dropzone
