#include <dropzone/text/nearest_name.h>

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

namespace dropzone {
namespace {

const std::vector<std::string_view> kNames = {"kind",   "limit", "cursor", "orderBy", "original",
                                              "fields", "meta",  "mode",   "stdev"};

}  // namespace

TEST_CASE("a name with one fault is near to the one that was meant") {
  CHECK(nearest_name("limt", kNames) == "limit");         // One letter left out,
  CHECK(nearest_name("kinds", kNames) == "kind");         // one too many,
  CHECK(nearest_name("curser", kNames) == "cursor");      // one wrong,
  CHECK(nearest_name("orignial", kNames) == "original");  // two swapped.
}

TEST_CASE("case is disregarded") {
  CHECK(nearest_name("orderby", kNames) == "orderBy");
  CHECK(nearest_name("META", kNames) == "meta");
}

TEST_CASE("the nearest of several names is found") {
  CHECK(nearest_name("mod", kNames) == "mode");
  CHECK(nearest_name("stddev", kNames) == "stdev");
}

TEST_CASE("what resembles no name is near to none") {
  CHECK(nearest_name("colour", kNames).empty());
  CHECK(nearest_name("", kNames).empty());
  CHECK(nearest_name("x", kNames).empty());
  CHECK(nearest_name("y", std::vector<std::string_view>{"x"}).empty());
  CHECK(nearest_name("kind", std::vector<std::string_view>{}).empty());
  CHECK(nearest_name(std::string(1'000'000, 'k'), kNames).empty());
}

TEST_CASE("a swap of neighbours counts as one fault and distant ones as two") {
  const std::vector<std::string_view> names = {"ab"};
  CHECK(nearest_name("ba", names) == "ab");
  const std::vector<std::string_view> longer = {"abc"};
  CHECK(nearest_name("cba", longer).empty());
}

TEST_CASE("a hint is a sentence, or nothing") {
  CHECK(did_you_mean("limt", kNames) == " Did you mean \"limit\"?");
  CHECK(did_you_mean("colour", kNames).empty());
}

}  // namespace dropzone
