#include <catch2/catch.hpp>

#include <string>

#include <dropzone/crypto/cursor_sealer.h>

namespace dropzone::crypto {
namespace {

using Catch::Matchers::Contains;

const Position kPosition{.sort_values = {4.25, Timestamp{1'556'704'800'000'000}}, .id = "a1"};

TEST_CASE("a cursor leads back to its place") {
  const CursorSealer sealer("key");
  const std::string cursor = *sealer.seal(kPosition, "mean > 4");
  CHECK(cursor.find_first_not_of(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
        std::string::npos);
  CHECK(sealer.open(cursor, "mean > 4").value() == kPosition);
}

TEST_CASE("another instance with the same key reads a cursor, one with another key does not") {
  const std::string cursor = *CursorSealer("key").seal(kPosition, "q");
  CHECK(CursorSealer("key").open(cursor, "q").value() == kPosition);
  CHECK(CursorSealer("other").open(cursor, "q").error().code == ErrorCode::invalid_cursor);
}

TEST_CASE("a cursor is refused once any bit of it was changed") {
  const CursorSealer sealer("key");
  const std::string cursor = *sealer.seal(kPosition, "q");
  for (std::size_t i = 0; i < cursor.size() * 8; ++i) {
    std::string changed = cursor;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ 1 << i % 8);
    const auto position = sealer.open(changed, "q");
    REQUIRE_FALSE(position.has_value());
    CHECK(position.error().code == ErrorCode::invalid_cursor);
  }
}

TEST_CASE("a cursor is refused once characters were taken away or added") {
  const CursorSealer sealer("key");
  const std::string cursor = *sealer.seal(kPosition, "q");
  for (std::size_t length = 0; length < cursor.size(); ++length) {
    CHECK_FALSE(sealer.open(cursor.substr(0, length), "q").has_value());
  }
  for (const char* tail : {"A", "AA", "=", "==", "\n"}) {
    CHECK_FALSE(sealer.open(cursor + tail, "q").has_value());
  }
}

TEST_CASE(
    "the refusal distinguishes a changed cursor, one of another query and text that is not a "
    "cursor") {
  const CursorSealer sealer("key");
  std::string cursor = *sealer.seal(kPosition, "q");
  CHECK_THAT(sealer.open(cursor, "r").error().detail, Contains("another query"));
  CHECK_THAT(sealer.open("17", "q").error().detail, Contains("not a cursor"));
  cursor[20] = cursor[20] == 'A' ? 'B' : 'A';
  CHECK_THAT(sealer.open(cursor, "q").error().detail, Contains("was changed"));
}

}  // namespace
}  // namespace dropzone::crypto
