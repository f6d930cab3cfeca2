#include <dropzone/value/difference.h>

#include <string>

#include <catch2/catch.hpp>

namespace dropzone {
namespace {

std::string between(const Value& before, const Value& after, std::size_t most = 100) {
  std::string text;
  append_differences(text, find_differences(before, after, most));
  return text;
}

}  // namespace

TEST_CASE("differences name what changed, is new and is gone") {
  const Object before{{"a", 1}, {"b", Object{{"c", "x"}, {"d", 2}}}, {"gone", Value()}};
  const Object after{{"b", Object{{"d", 3}, {"c", "x"}}}, {"a", 1}, {"new", Array{1}}};
  CHECK(between(before, after) ==
        R"([{"pointer":"/b/d","before":2,"after":3},{"pointer":"/gone","before":null},)"
        R"({"pointer":"/new","after":[1]}])");
  CHECK(between(before, before) == "[]");
}

TEST_CASE("arrays and values of different classes differ as a whole") {
  CHECK(between(Object{{"a", Array{1, 2}}}, Object{{"a", Array{1, 3}}}) ==
        R"([{"pointer":"/a","before":[1,2],"after":[1,3]}])");
  CHECK(between(Object{{"a", Object{}}}, Object{{"a", "x"}}) ==
        R"([{"pointer":"/a","before":{},"after":"x"}])");
  CHECK(between(1, 2) == R"([{"pointer":"","before":1,"after":2}])");
}

TEST_CASE("there are no more differences than asked for") {
  Object before;
  for (int i = 0; i < 10; ++i) before.set("m" + std::to_string(i), i);
  CHECK(find_differences(before, Object{}, 3).size() == 3);
}

}  // namespace dropzone
