#include <array>
#include <string>

#include <catch2/catch.hpp>

#include "rest/acceptable.h"

namespace dropzone::http {
namespace {

constexpr std::array<std::string_view, 2> kTypes = {"application/x-ndjson", "application/jsonl"};

std::string chosen(std::initializer_list<std::string_view> fields) {
  Headers headers;
  for (const auto field : fields) headers.add("accept", field);
  return std::string(acceptable_type(headers, kTypes).value_or("none"));
}

TEST_CASE("without Accept, or with an empty one, the usual type is answered") {
  CHECK(chosen({}) == kTypes[0]);
  CHECK(chosen({""}) == kTypes[0]);
}

TEST_CASE("the type of the highest weight is answered, and of equal ones the usual one") {
  CHECK(chosen({"*/*"}) == kTypes[0]);
  CHECK(chosen({"application/*;q=0.1"}) == kTypes[0]);
  CHECK(chosen({"application/jsonl"}) == kTypes[1]);
  CHECK(chosen({"text/html, APPLICATION/JSONL;charset=utf-8"}) == kTypes[1]);
  CHECK(chosen({"text/html", "application/jsonl"}) == kTypes[1]);
  CHECK(chosen({"application/x-ndjson;q=0.3, application/jsonl;q=0.4"}) == kTypes[1]);
}

TEST_CASE("the closest range decides for a type") {
  CHECK(chosen({"application/x-ndjson;q=0, */*"}) == kTypes[1]);
  CHECK(chosen({"*/*, application/*;q=0"}) == "none");
  CHECK(chosen({"application/*;q=0.5, application/x-ndjson;q=0.1"}) == kTypes[1]);
}

TEST_CASE("nothing is acceptable if no range names a type") {
  for (const auto* accept :
       {"text/html", "application/json", "*/*;q=0", "application/x-ndjson;q=0.000",
        "applications/*", "application", ";q=1", ","}) {
    CAPTURE(accept);
    CHECK(chosen({accept}) == "none");
  }
}

TEST_CASE("a malformed weight is passed over") {
  CHECK(chosen({"application/jsonl;q=high"}) == kTypes[1]);
}

}  // namespace
}  // namespace dropzone::http
