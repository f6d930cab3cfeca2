#include <dropzone/value/record_id.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

namespace dropzone {
namespace {

bool is_id(std::string_view id) {
  const auto checked = check_record_id(id);
  if (!checked) CHECK(checked.error().code == ErrorCode::invalid_id);
  return checked.has_value();
}

std::string reason(std::string_view id) { return check_record_id(id).error().detail; }

std::string encoded(char32_t c) {
  const auto byte = [](char32_t bits) {
    return static_cast<char>(static_cast<unsigned char>(bits));
  };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xc0 | c >> 6), byte(0x80 | (c & 0x3f))};
  if (c < 0x10000) {
    return {byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 0x3f)), byte(0x80 | (c & 0x3f))};
  }
  return {byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 0x3f)), byte(0x80 | (c >> 6 & 0x3f)),
          byte(0x80 | (c & 0x3f))};
}

}  // namespace

TEST_CASE("an id is any text of 1 to 1500 bytes") {
  CHECK(is_id("a"));
  CHECK(is_id("vytxeTZskVKR7C7WgdSP3d"));
  CHECK(is_id("sensor 7: \"roof\" \\ #1?&=+%"));
  CHECK(is_id("温度-Ä-😀"));
  CHECK(is_id(std::string(1'500, 'x')));
  CHECK_FALSE(is_id(""));
  CHECK_FALSE(is_id(std::string(1'501, 'x')));
  std::string long_by_a_byte(1'499, 'x');
  CHECK_FALSE(is_id(long_by_a_byte += "ä"));
}

TEST_CASE("an id has no slash, comma or control character") {
  CHECK_FALSE(is_id("a/b"));
  CHECK_FALSE(is_id(","));
  for (char32_t c = 0; c < 0x20; ++c) CHECK_FALSE(is_id("a" + encoded(c) + "b"));
  for (char32_t c = 0x7f; c < 0xa0; ++c) CHECK_FALSE(is_id("a" + encoded(c)));
  CHECK(is_id("a" + encoded(0xa0)));
}

TEST_CASE("an id is not what clients fold away in a path") {
  for (const auto* id : {".", ".."}) {
    CHECK_FALSE(is_id(id));
    CHECK(is_dot_segment(id));
  }
  for (const auto* id : {"...", ".a", "a.", "..a", " .", "%2e"}) {
    CHECK(is_id(id));
    CHECK_FALSE(is_dot_segment(id));
  }
  CHECK(reason(".") == "An _id must not be \".\" or \"..\", which a URL cannot name.");
}

TEST_CASE("an id is not wrapped in double underscores") {
  CHECK_FALSE(is_id("____"));
  CHECK_FALSE(is_id("__key__"));
  CHECK(is_id("__"));
  CHECK(is_id("___"));
  CHECK(is_id("__key"));
  CHECK(is_id("key__"));
  CHECK(is_id("_key_"));
}

TEST_CASE("the refusal of an id names the rule that it breaks") {
  CHECK(reason("") == "An _id must not be empty.");
  CHECK(reason(std::string(2'000, 'x')) == "An _id must have at most 1500 bytes of UTF-8.");
  CHECK(reason("\xc3") == "An _id must be well-formed UTF-8.");
  CHECK(reason("a,b") == "An _id must not contain a slash or a comma.");
  CHECK(reason("a\nb") == "An _id must not contain control characters.");
  CHECK(reason("__x__") == "An _id must not both begin and end with two underscores.");
}

TEST_CASE("each character of Unicode is well-formed, wherever it stands") {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    const bool is_surrogate = c >= 0xd800 && c <= 0xdfff;
    const std::string text = std::string(c % 11, 'x') + encoded(c) + std::string(c % 5, 'y');
    if (is_utf8(text) == !is_surrogate) continue;
    FAIL("U+" << std::hex << static_cast<std::uint32_t>(c));
  }
  CHECK(is_utf8(""));
}

TEST_CASE("no other sequence of up to three bytes is well-formed") {
  // Counts what is accepted: 128 characters of one byte, 1,920 of two, 61,440 of three, combined.
  std::size_t of_two = 0;
  std::size_t of_three = 0;
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const char bytes[] = {static_cast<char>(a), static_cast<char>(b)};
      of_two += is_utf8({bytes, 2}) ? 1U : 0U;
      for (unsigned c = 0; c < 256; ++c) {
        const char longer[] = {bytes[0], bytes[1], static_cast<char>(c)};
        of_three += is_utf8({longer, 3}) ? 1U : 0U;
      }
    }
  }
  CHECK(of_two == 128 * 128 + 1'920);
  CHECK(of_three == 128 * 128 * 128 + 2 * 128 * 1'920 + 61'440);
}

TEST_CASE("malformed sequences of four bytes are refused") {
  CHECK_FALSE(is_utf8("\xf0\x8f\xbf\xbf"));  // Overlong.
  CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));  // Beyond U+10FFFF.
  CHECK_FALSE(is_utf8("\xf5\x80\x80\x80"));
  CHECK_FALSE(is_utf8("\xf0\x9f\x98"));  // Cut off.
  CHECK_FALSE(is_utf8("\xf0\x9f\x98x"));
  CHECK_FALSE(is_utf8("\xf0\x9fx\x80"));
  CHECK_FALSE(is_utf8("12345678\xff"));
  CHECK_FALSE(
      is_utf8("1234567\xff"
              "90123456"));
}

}  // namespace dropzone
