#include <dropzone/kind/step_parameters.h>

#include <catch2/catch.hpp>

#include "step_testing.h"

namespace dropzone {

TEST_CASE("a parameter that the step does not have is refused with the nearest name") {
  CHECK(fault(step("parse_time", {{"field", "a"}, {"too", "b"}})) ==
        "/0/parse_time/too: The step has no parameter \"too\". Did you mean \"to\"?");
  CHECK(fault(step("set", {{"field", "a"}, {"value", 1}, {"unless", 2}})) ==
        "/0/set/unless: The step has no parameter \"unless\". "
        "Known parameters: \"field\", \"value\".");
}

TEST_CASE("a parameter that the step needs must be there") {
  CHECK(fault(step("require", {})) ==
        "/0/require/fields: The step needs the parameter \"fields\".");
  CHECK(fault(step("parse_time", {{"to", "a"}})) ==
        "/0/parse_time/field: The step needs the parameter \"field\".");
  CHECK(fault(step("set", {{"field", "a"}})) ==
        "/0/set/value: The step needs the parameter \"value\".");
  CHECK(fault(step("rename", {{"from", "a"}})) ==
        "/0/rename/to: The step needs the parameter \"to\".");
}

TEST_CASE("the parameters must be an object") {
  CHECK(fault(Object{{"require", Array{"a"}}}) ==
        "/0/require: A step's parameters must be an object, not an array.");
  CHECK(fault(Object{{"keep", Value()}}) ==
        "/0/keep: A step's parameters must be an object, not null.");
}

TEST_CASE("a parameter of another type is refused") {
  CHECK(fault(step("parse_time", {{"field", 3}})) ==
        "/0/parse_time/field: A field name must be a string, not a number.");
  CHECK(fault(step("remove", {{"fields", "a"}})) ==
        "/0/remove/fields: \"fields\" must be a list of one or more field names.");
  CHECK(fault(step("keep", {{"fields", Array{}}})) ==
        "/0/keep/fields: \"fields\" must be a list of one or more field names.");
  CHECK(fault(step("keep", {{"fields", Array{"a", true}}})) ==
        "/0/keep/fields/1: A field name must be a string, not a boolean.");
  CHECK(fault(step("copy", {{"from", "a"}, {"to", "b"}, {"ignore_missing", "yes"}})) ==
        "/0/copy/ignore_missing: \"ignore_missing\" must be true or false, not a string.");
}

TEST_CASE("a field's name has no empty part") {
  for (const char* name : {"", ".", "a.", ".a", "a..b"}) {
    CHECK(
        fault(step("remove", {{"fields", Array{"x", name}}})).starts_with("/0/remove/fields/1: "));
  }
}

TEST_CASE("the server's own fields cannot be a step's") {
  CHECK(fault(step("copy", {{"from", "a"}, {"to", "_id"}})) ==
        "/0/copy/to: The field \"_id\" is the server's own; no step can see or make it.");
  CHECK(fault(step("set", {{"field", "_meta.x"}, {"value", 1}})).starts_with("/0/set/field: "));
  CHECK(
      fault(step("rename", {{"from", "_original"}, {"to", "a"}})).starts_with("/0/rename/from: "));
  CHECK(fault(step("statistics", {{"field", "a"}, {"mean", "_id"}}))
            .starts_with("/0/statistics/mean: "));
  CHECK(fault(step("parse_time", {{"field", "a"}, {"to", "_meta"}}))
            .starts_with("/0/parse_time/to: "));
  CHECK(fault(step("set", {{"field", "a._id"}, {"value", 1}})).empty());
  CHECK(fault(step("set", {{"field", "_identity"}, {"value", 1}})).empty());
}

TEST_CASE("parameters that make no sense together are refused") {
  CHECK(fault(step("rename", {{"from", "a"}, {"to", "a"}})) ==
        "/0/rename/to: The fields \"from\" and \"to\" must be different.");
  CHECK(fault(step("copy", {{"from", "a"}, {"to", "a"}})).starts_with("/0/copy/to: "));
  CHECK(fault(step("statistics", {{"field", "a"}})).starts_with("/0/statistics/mean: "));
  CHECK(fault(step("statistics", {{"field", "a"}, {"mean", "b"}, {"stdev", "b"}}))
            .starts_with("/0/statistics/stdev: "));
  CHECK(fault(step("keep", {{"fields", Array{"a", "b", "a"}}})) ==
        "/0/keep/fields/2: The field \"a\" is named twice.");
  CHECK(fault(step("keep", {{"fields", Array{"a.b", "a"}}})) ==
        "/0/keep/fields: The field \"a.b\" is kept with \"a\" already.");
  CHECK(fault(step("keep", {{"fields", Array{"a", "ab"}}})).empty());
}

}  // namespace dropzone
