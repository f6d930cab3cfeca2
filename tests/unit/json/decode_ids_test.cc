#include <catch2/catch.hpp>

#include <dropzone/json/decode_ids.h>

namespace dropzone::json {
namespace {

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("fetchMany's body has ids in their order, and what to show") {
  const auto request = decode_fetch_many(
      R"({"_id":["b","a","b"],"kind":"k","original":true,"meta":true,"fields":["x.y"]})", 3);
  REQUIRE(request);
  CHECK(request->ids == Ids{"b", "a", "b"});
  CHECK(request->kind == "k");
  CHECK(request->original == OriginalForm::json);
  CHECK(request->meta);
  CHECK(request->fields == std::vector<FieldPath>{*FieldPath::parse("x.y")});
  const auto bare = decode_fetch_many(R"({"_id":["a"]})", 3);
  REQUIRE(bare);
  CHECK_FALSE(bare->kind);
  CHECK(bare->original == OriginalForm::none);
  CHECK_FALSE(bare->meta);
  CHECK(bare->fields.empty());
}

TEST_CASE("delete's body has ids and a kind alone") {
  const auto request = decode_delete(R"({"_id":["a"],"kind":"k"})", 3);
  REQUIRE(request);
  CHECK(request->ids == Ids{"a"});
  CHECK(request->kind == "k");
  const auto more = decode_delete(R"({"_id":["a"],"original":true})", 3);
  REQUIRE_FALSE(more);
  CHECK(more.error().code == ErrorCode::unknown_member);
  CHECK(more.error().pointer == "/original");
}

TEST_CASE("delete's body may have a filter in place of ids") {
  const auto request = decode_delete(
      R"({"filter":{"field":"a","operator":"<","value":3},"dryRun":true,"kind":"k"})", 3);
  REQUIRE(request);
  CHECK(request->ids.empty());
  CHECK(request->kind == "k");
  CHECK(request->filter == Value(Object{{"field", "a"}, {"operator", "<"}, {"value", 3}}));
  CHECK(request->dry_run);
  const auto all = decode_delete(R"({"filter":{},"all":true})", 3);
  REQUIRE(all);
  CHECK(all->filter == Value(Object()));
  CHECK_FALSE(all->dry_run);
}

TEST_CASE("a filter that selects everything has to be confirmed") {
  const std::pair<const char*, const char*> faults[] = {
      {R"({"filter":{}})", "/filter"},
      {R"({"filter":{},"dryRun":true})", "/filter"},
      {R"({"filter":{},"all":false})", "/filter"},
      {R"({"filter":{},"all":1})", "/all"},
      {R"({"filter":{"field":"a"},"all":true})", "/all"},
      {R"({"filter":[]})", "/filter"},
      {R"({"filter":null})", "/filter"},
      {R"({"filter":{"field":"a"},"dryRun":1})", "/dryRun"},
      {R"({"_id":["a"],"filter":{}})", "/filter"},
      {R"({"_id":["a"],"dryRun":true})", "/dryRun"},
      {R"({"_id":["a"],"all":true})", "/all"},
      {R"({"dryRun":true})", "/_id"}};
  for (const auto& [body, pointer] : faults) {
    INFO(body);
    const auto request = decode_delete(body, 3);
    REQUIRE_FALSE(request);
    CHECK(request.error().code == ErrorCode::invalid_request);
    CHECK(request.error().pointer == pointer);
  }
}

TEST_CASE("ids are a list of strings that is neither missing nor empty") {
  const std::pair<const char*, const char*> faults[] = {{R"({})", "/_id"},
                                                        {R"({"_id":[]})", "/_id"},
                                                        {R"({"_id":"a"})", "/_id"},
                                                        {R"({"_id":null})", "/_id"},
                                                        {R"({"_id":["a",1]})", "/_id/1"},
                                                        {R"({"_id":[["a"]]})", "/_id/0"}};
  for (const auto& [body, pointer] : faults) {
    INFO(body);
    const auto request = decode_delete(body, 3);
    REQUIRE_FALSE(request);
    CHECK(request.error().code == ErrorCode::invalid_request);
    CHECK(request.error().pointer == pointer);
  }
}

TEST_CASE("ids are allowed up to the limit") {
  CHECK(decode_fetch_many(R"({"_id":["a","b"]})", 2));
  const auto request = decode_fetch_many(R"({"_id":["a","b","c"]})", 2);
  REQUIRE_FALSE(request);
  CHECK(request.error().code == ErrorCode::too_many_ids);
}

TEST_CASE("a mistyped member next to the ids is refused with the nearest name") {
  const auto request = decode_fetch_many(R"({"_id":["a"],"orginal":true})", 2);
  REQUIRE_FALSE(request);
  CHECK(request.error().code == ErrorCode::unknown_member);
  CHECK(request.error().detail.ends_with("Did you mean \"original\"?"));
  CHECK(decode_fetch_many(R"({"ids":["a"]})", 2).error().code == ErrorCode::unknown_member);
}

}  // namespace dropzone::json
