#include "entity/member_order.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include <dropzone/value/json_text.h>

namespace dropzone::datastore {
namespace {

// As Datastore gives an entity back: each object by the names of its members.
void forget_order(Value& value) {
  if (Array* const array = value.as_array()) std::ranges::for_each(*array, forget_order);
  Object* const object = value.as_object();
  if (!object) return;
  std::ranges::sort(object->members(), {}, &Member::name);
  for (Member& member : object->members()) forget_order(member.value);
}

Object forgotten(const Object& object) {
  Value value(object);
  forget_order(value);
  return *value.as_object();
}

TEST_CASE("members that are by name need no text") {
  CHECK(member_order(Object{}).empty());
  CHECK(member_order({{"a", 1}, {"b", Object{{"x", 1}, {"y", 2}}}}).empty());
}

TEST_CASE("the order of all members comes back") {
  const Object objects[] = {
      {{"b", 1}, {"a", 2}},
      {{"z", Object{{"b", 1}, {"a", 2}}}, {"a", Array{Object{{"b", 1}, {"a", 2}}, 3}}},
      {{"\"", 1}, {"", 2}, {"\xc3\xa4", 3}, {"a", Object{}}},
      {{"list", Array{Object{{"y", 1}, {"x", 2}}, Object{{"x", 1}, {"y", 2}},
                      Object{{"y", 3}, {"x", 4}}}}}};
  for (const Object& object : objects) {
    Object restored = forgotten(object);
    restore_member_order(restored, member_order(object));
    CHECK(to_json(restored) == to_json(object));
  }
}

TEST_CASE("an order of another object does no harm") {
  const Object object{{"b", 1}, {"a", 2}, {"c", 3}};
  for (const char* const order : {"", "[", "{}", "null", "[[\"c\",\"x\"]]", "[7]", "[0]", "[-1]",
                                  "[[\"a\",\"a\"]]", "[\"a\"]"}) {
    INFO(order);
    Object restored = forgotten(object);
    restore_member_order(restored, order);
    REQUIRE(restored.size() == 3);
    for (const Member& member : object.members())
      CHECK(*restored.find(member.name) == member.value);
  }
}

TEST_CASE("members that the order does not name come last, by name") {
  Object restored = forgotten({{"b", 1}, {"a", 2}, {"c", 3}});
  restore_member_order(restored, R"([["c"]])");
  CHECK(to_json(restored) == R"({"c":3,"a":2,"b":1})");
}

}  // namespace
}  // namespace dropzone::datastore
