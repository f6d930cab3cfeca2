#include "entity/entity_encoder.h"

#include <catch2/catch.hpp>
#include <string>

namespace dropzone::datastore {
namespace {

std::string entity_of(const Write& write) {
  const auto entity = encode_entity({"project", "", ""}, write);
  if (!entity) FAIL(entity.error().detail);
  return *entity;
}

Write created_at(std::string_view time) {
  Write write{.kind = "k", .id = "a", .original = "{}", .data = {}, .data_json = "{}", .meta = {}};
  write.meta.created_at = *parse_timestamp(time);
  return write;
}

TEST_CASE("a record that is kept for a time says when it expires, not indexed") {
  Write write = created_at("2024-02-28T12:00:00Z");
  CHECK(entity_of(write).find("expiresAt") == std::string::npos);
  write.kept_for = std::chrono::hours(48);
  CHECK(entity_of(write).find(
            R"("expiresAt":{"timestampValue":"2024-03-01T12:00:00Z","excludeFromIndexes":true})") !=
        std::string::npos);
}

TEST_CASE("a record that would be kept beyond the last moment expires at that") {
  Write write = created_at("9999-12-31T00:00:00Z");
  write.kept_for = std::chrono::hours(48);
  CHECK(entity_of(write).find(R"("expiresAt":{"timestampValue":"9999-12-31T23:59:59.999999Z")") !=
        std::string::npos);
}

}  // namespace
}  // namespace dropzone::datastore
