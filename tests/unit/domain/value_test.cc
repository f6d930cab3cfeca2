#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/value/json_text.h>
#include <dropzone/value/value.h>

namespace dropzone {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

TEST_CASE("a double that is a 64-bit integer becomes one") {
  CHECK(Value(3.0) == Value(3));
  CHECK(Value(-0.0) == Value(0));
  CHECK(Value(-9223372036854775808.0) == Value(kMin));
  CHECK(Value(9007199254740993.0) == Value(std::int64_t{9007199254740992}));
  CHECK(Value(9223372036854775808.0) == Value(kMost / 2 + 1));
  CHECK(Value(18446744073709549568.0) == Value(kMost - 2047));
  CHECK(Value(18446744073709551616.0).as_double() != nullptr);
  CHECK(Value(0.5).as_double() != nullptr);
  CHECK(Value(1e300).as_double() != nullptr);
}

TEST_CASE("an unsigned integer that is a signed one becomes it") {
  CHECK(Value(std::uint64_t{7}) == Value(7));
  CHECK(Value(kMost / 2) == Value(kMax));
  CHECK(Value(kMost / 2 + 1).as_unsigned() != nullptr);
  CHECK(to_json(Value(kMost)) == "18446744073709551615");
}

TEST_CASE("scalars are ordered by class, then by value, without rounding either side") {
  // Ascending; each less than all that follow.
  const std::vector<Value> ascending = {
      Value(),
      Timestamp{-5},
      Timestamp{7},
      false,
      true,
      "",
      std::string_view("\0", 1),
      "Z",
      "a",
      "a\xC3\xA9",
      "b",
      "\xEF\xBF\xBF",  // U+FFFF sorts before U+10000 by bytes, though not in UTF-16.
      "\xF0\x90\x80\x80",
      -std::numeric_limits<double>::max(),
      -9223372036854777856.0,  // The double below -2^63.
      kMin,
      kMin + 1,
      -1.5,
      -1,
      -std::numeric_limits<double>::denorm_min(),
      0,
      std::numeric_limits<double>::denorm_min(),
      3,
      3.0000000000000004,
      4503599627370495.5,
      std::int64_t{9007199254740992},
      std::int64_t{9007199254740993},
      kMax - 1,
      kMax,
      9223372036854775808.0,
      kMost / 2 + 2,
      1e19,
      kMost - 1,
      kMost,
      18446744073709551616.0,
      std::numeric_limits<double>::max(),
  };
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t k = 0; k < ascending.size(); ++k) {
      INFO(to_json(ascending[i]) << " and " << to_json(ascending[k]));
      CHECK((compare_scalars(ascending[i], ascending[k]) == (i <=> k)));
    }
  }
}

TEST_CASE("an object keeps the order of its members and replaces in place") {
  Object object{{"b", 1}, {"a", 2}};
  object.set("b", "new");
  object.set("c", 3);
  CHECK(to_json(object) == R"({"b":"new","a":2,"c":3})");
  CHECK(object.take("a") == Value(2));
  CHECK(object.take("a") == std::nullopt);
  CHECK(to_json(object) == R"({"b":"new","c":3})");
  CHECK(object.find("a") == nullptr);
}

TEST_CASE("canonical text has one spelling for one value") {
  CHECK(to_json(Value(3.0)) == "3");
  CHECK(to_json(Value(-0.0)) == "0");
  CHECK(to_json(Value(0.1)) == "0.1");
  CHECK(to_json(Value(1e23)) == "1e+23");
  CHECK(to_json(Value(5e-324)) == "5e-324");
  CHECK(to_json(Value(kMin)) == "-9223372036854775808");
  CHECK(to_json(Value(9223372036854775808.0)) == "9223372036854775808");
  CHECK(to_json(Value(Timestamp{1'500'000})) == R"("1970-01-01T00:00:01.500Z")");
  CHECK(to_json(Value(Array{Value(), true, Object{{"k", Array{}}}})) == R"([null,true,{"k":[]}])");
}

TEST_CASE("strings escape what JSON demands and nothing else") {
  const std::string_view text("\"\\/\b\f\n\r\t\x01\x1f\0\x7f\xC3\xA9", 14);
  CHECK(to_json(Value(text)) == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u0000\x7f\xC3\xA9\"");
}

TEST_CASE("what is escaped is so at every place of a text") {
  for (std::size_t length = 1; length <= 20; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'x');
        text[place] = static_cast<char>(byte);
        const std::string alone = to_json(Value(std::string(1, text[place])));
        const std::string before(place, 'x');
        const std::string behind(length - place - 1, 'x');
        const auto quoted = alone.substr(1, alone.size() - 2);
        REQUIRE(to_json(Value(text)) == '"' + before + quoted + behind + '"');
      }
    }
  }
}

}  // namespace
}  // namespace dropzone
