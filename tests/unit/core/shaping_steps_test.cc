// The steps that move fields about: rename, copy, remove, keep.
#include <catch2/catch.hpp>

#include "step_testing.h"

namespace dropzone {
namespace {

Value rename(std::string_view from, std::string_view to) {
  return step("rename", {{"from", from}, {"to", to}});
}

Value copy(std::string_view from, std::string_view to) {
  return step("copy", {{"from", from}, {"to", to}});
}

Value optional(std::string_view name) {
  return step(name, {{"from", "a"}, {"to", "b"}, {"ignore_missing", true}});
}

Value remove(Array fields) { return step("remove", {{"fields", std::move(fields)}}); }

Value keep(Array fields) { return step("keep", {{"fields", std::move(fields)}}); }

Value time(std::string_view field) { return step("parse_time", {{"field", field}}); }

}  // namespace

TEST_CASE("rename moves a field, whatever its value") {
  CHECK(transformed({rename("a", "c")}, {{"a", 1}, {"b", 2}}) == R"({"b":2,"c":1})");
  CHECK(transformed({rename("a", "b")}, {{"a", Value()}, {"b", 2}}) == R"({"b":null})");
  CHECK(transformed({rename("a", "b.c")}, {{"a", 1}}) == R"({"b":{"c":1}})");
}

TEST_CASE("rename wraps a field into itself and unwraps it") {
  CHECK(transformed({rename("a", "a.b")}, {{"a", 1}}) == R"({"a":{"b":1}})");
  CHECK(transformed({rename("a.b", "a")}, {{"a", Object{{"b", 1}, {"c", 2}}}}) == R"({"a":1})");
}

TEST_CASE("copy leaves the field where it was") {
  CHECK(transformed({copy("a", "c")}, {{"a", Array{1}}}) == R"({"a":[1],"c":[1]})");
  CHECK(transformed({copy("a", "a.b")}, {{"a", Object{{"x", 1}}}}) ==
        R"({"a":{"x":1,"b":{"x":1}}})");
  CHECK(transformed({copy("a.x", "a")}, {{"a", Object{{"x", Array{1}}}}}) == R"({"a":[1]})");
}

TEST_CASE("rename and copy of a missing field are refused unless it may be missing") {
  CHECK(transformed({rename("a.x", "b")}, {{"a", 1}}) == "missing_field rename /a/x");
  CHECK(transformed({copy("a", "b")}, {{"b", 1}}) == "missing_field copy /a");
  CHECK(transformed({optional("rename")}, {{"b", 1}}) == R"({"b":1})");
  CHECK(transformed({optional("copy")}, {{"b", 1}}) == R"({"b":1})");
  CHECK(transformed({optional("rename")}, {{"a", 1}}) == R"({"b":1})");
  CHECK(transformed({optional("copy")}, {{"a", 1}}) == R"({"a":1,"b":1})");
}

TEST_CASE("rename and copy into a value that is not an object are refused") {
  CHECK(transformed({rename("a", "b.c")}, {{"a", 1}, {"b", 2}}) == "type_mismatch rename /b");
  CHECK(transformed({copy("a", "a.b")}, {{"a", 1}}) == "type_mismatch copy /a");
}

TEST_CASE("remove takes fields away, if they are there") {
  CHECK(transformed({remove({"a", "b.c", "x.y"})},
                    {{"a", 1}, {"b", Object{{"c", 2}, {"d", 3}}}, {"x", 4}}) ==
        R"({"b":{"d":3},"x":4})");
}

TEST_CASE("keep leaves only the fields named, in the order named") {
  CHECK(transformed({keep({"b", "a", "missing"})}, {{"a", 1}, {"x", 2}, {"b", 3}}) ==
        R"({"b":3,"a":1})");
  CHECK(transformed({keep({"b.c", "a", "b.d"})},
                    {{"a", 1}, {"b", Object{{"c", 2}, {"d", 3}, {"e", 4}}}}) ==
        R"({"b":{"c":2,"d":3},"a":1})");
  CHECK(transformed({keep({"a.b"})}, {{"a", 1}}) == "{}");
}

TEST_CASE("known types move with their fields") {
  CHECK(inferred({time("a.t"), rename("a", "b.c")}) == "b:object b.c:object b.c.t:timestamp");
  CHECK(inferred({time("a.t"), copy("a.t", "u")}) == "a:object a.t:timestamp u:timestamp");
  CHECK(inferred({time("at"), rename("x", "a"), copy("y", "at")}).empty());
  CHECK(inferred({time("a"), time("ab"), rename("a", "a.b")}) ==
        "a:object a.b:timestamp ab:timestamp");
}

TEST_CASE("nothing is known of a field that an optional rename or copy may have made") {
  CHECK(inferred({time("a"), time("b"), optional("copy")}) == "a:timestamp");
  CHECK(inferred({time("a"), time("b"), optional("rename")}).empty());
}

TEST_CASE("known types go with their fields") {
  CHECK(inferred({time("a.t"), time("b"), time("bb"), remove({"a", "b"})}) == "bb:timestamp");
  CHECK(inferred({time("a.t"), time("a.u"), time("b"), keep({"a.t", "c"})}) ==
        "a:object a.t:timestamp");
  CHECK(inferred({time("a.t"), keep({"a"})}) == "a:object a.t:timestamp");
}

}  // namespace dropzone
