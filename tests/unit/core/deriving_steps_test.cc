// The steps that derive new fields: parse_time, statistics, set, and require that guards them.
#include <limits>

#include <catch2/catch.hpp>

#include "step_testing.h"

namespace dropzone {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();

Value require(Array fields) { return step("require", {{"fields", std::move(fields)}}); }

Value parse_time() { return step("parse_time", {{"field", "at"}, {"to", "time"}}); }

Value statistics() {
  return step("statistics", {{"field", "data"}, {"mean", "m"}, {"stdev", "s"}});
}

}  // namespace

TEST_CASE("require lets pass what has the fields, null among them") {
  CHECK(transformed({require({"a", "b.c"})}, {{"a", Value()}, {"b", Object{{"c", 1}}}}) ==
        R"({"a":null,"b":{"c":1}})");
}

TEST_CASE("require refuses what lacks a field") {
  CHECK(transformed({require({"a", "b.c"})}, {{"a", 1}, {"b", 2}}) == "missing_field require /b/c");
  CHECK(transformed({require({"a"})}, {}) == "missing_field require /a");
}

TEST_CASE("parse_time makes a timestamp of text") {
  const Object object{{"at", "2019-05-01T06:00:00-04:00"}};
  const auto result = parse_pipeline({parse_time()})->apply(object);
  REQUIRE(result);
  REQUIRE(result->find("time")->as_timestamp());
  CHECK(to_json(*result) == R"({"at":"2019-05-01T06:00:00-04:00","time":"2019-05-01T10:00:00Z"})");
  CHECK(transformed({step("parse_time", {{"field", "at"}})}, object) ==
        R"({"at":"2019-05-01T10:00:00Z"})");
}

TEST_CASE("parse_time refuses what is missing, no text or no time") {
  CHECK(transformed({parse_time()}, {}) == "missing_field parse_time /at");
  CHECK(transformed({parse_time()}, {{"at", 1556704800}}) == "type_mismatch parse_time /at");
  CHECK(transformed({parse_time()}, {{"at", Value()}}) == "type_mismatch parse_time /at");
  CHECK(transformed({parse_time()}, {{"at", "noon"}}) == "invalid_time parse_time /at");
}

TEST_CASE("statistics adds the mean and the sample standard deviation") {
  CHECK(transformed({statistics()}, {{"data", Array{1, 2, 3, 4}}}) ==
        R"({"data":[1,2,3,4],"m":2.5,"s":1.2909944487358056})");
  CHECK(transformed({step("statistics", {{"field", "data"}, {"mean", "data"}})},
                    {{"data", Array{1, 3}}}) == R"({"data":2})");
  CHECK(transformed({step("statistics", {{"field", "a.b"}, {"stdev", "a.s"}})},
                    {{"a", Object{{"b", Array{1, 1}}}}}) == R"({"a":{"b":[1,1],"s":0}})");
}

TEST_CASE("statistics refuses everything but an array of two or more numbers, and points at it") {
  const auto refusal = [](Value data) {
    return transformed({statistics()}, {{"data", std::move(data)}});
  };
  CHECK(transformed({statistics()}, {}) == "missing_field statistics /data");
  CHECK(refusal("1,2") == "type_mismatch statistics /data");
  CHECK(refusal(Array{1, 2, 3, true}) == "type_mismatch statistics /data/3");
  CHECK(refusal(Array{"1", 2}) == "type_mismatch statistics /data/0");
  CHECK(refusal(Array{Value()}) == "type_mismatch statistics /data/0");
  CHECK(refusal(Array{1, Value(Array{2, 3})}) == "type_mismatch statistics /data/1");
  CHECK(refusal(Array{}) == "too_few_numbers statistics /data");
  CHECK(refusal(Array{1}) == "too_few_numbers statistics /data");
}

TEST_CASE("statistics refuses a deviation beyond the range of a double, if it is asked for") {
  const Object object{{"data", Array{kLargest, -kLargest}}};
  CHECK(transformed({statistics()}, object) == "number_out_of_range statistics /data");
  CHECK(transformed({step("statistics", {{"field", "data"}, {"mean", "data"}})}, object) ==
        R"({"data":0})");
}

TEST_CASE("set gives a field a constant value") {
  CHECK(transformed({step("set", {{"field", "a.b"}, {"value", Array{1, "x"}}})}, {}) ==
        R"({"a":{"b":[1,"x"]}})");
  CHECK(transformed({step("set", {{"field", "a"}, {"value", Value()}})}, {{"a", 1}}) ==
        R"({"a":null})");
}

TEST_CASE("a step that cannot make its field is a type mismatch") {
  const Object object{{"at", "2019-05-01T06:00:00Z"}, {"data", Array{1, 2}}, {"x", "text"}};
  CHECK(transformed({step("parse_time", {{"field", "at"}, {"to", "x.y"}})}, object) ==
        "type_mismatch parse_time /x");
  CHECK(transformed({step("statistics", {{"field", "data"}, {"mean", "x.y"}})}, object) ==
        "type_mismatch statistics /x");
  CHECK(transformed({step("set", {{"field", "data.y"}, {"value", 1}})}, object) ==
        "type_mismatch set /data");
}

TEST_CASE("the types of derived fields are known") {
  CHECK(inferred({require({"data"}), parse_time(), statistics()}) ==
        "m:number s:number time:timestamp");
  CHECK(inferred({step("set", {{"field", "a.b"}, {"value", true}})}) == "a:object a.b:boolean");
  CHECK(inferred({parse_time(), step("set", {{"field", "time"}, {"value", "noon"}})}) ==
        "time:string");
  CHECK(inferred({parse_time(), step("set", {{"field", "time"}, {"value", Value()}})}) ==
        "time:null");
}

}  // namespace dropzone
