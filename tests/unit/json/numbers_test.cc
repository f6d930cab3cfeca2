#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "records.h"
#include "support/random_seed.h"

namespace dropzone::json {
namespace {

Value number(const std::string& text) {
  const auto record = record_of("{\"x\":" + text + "}");
  REQUIRE(record.object);
  return *record.object->find("x");
}

std::string canonical(const std::string& text) { return to_json(number(text)); }

}  // namespace

TEST_CASE("a number that is a 64-bit integer is one, however it is spelled") {
  CHECK(number("3") == Value(3));
  CHECK(canonical("3.0") == "3");
  CHECK(canonical("1e3") == "1000");
  CHECK(canonical("1.5E+1") == "15");
  CHECK(canonical("-0") == "0");
  CHECK(canonical("-0.0") == "0");
  CHECK(canonical("-0e5") == "0");
  CHECK(canonical("0e400") == "0");
  CHECK(canonical("0.000e99999999999999999999") == "0");
  CHECK(canonical("1200e-2") == "12");
  CHECK(canonical("0.00012e5") == "12");
}

TEST_CASE("no precision is lost on 64-bit integers") {
  CHECK(canonical("9007199254740993") == "9007199254740993");
  CHECK(canonical("9007199254740993.0") == "9007199254740993");
  CHECK(canonical("9223372036854775807") == "9223372036854775807");
  CHECK(canonical("9223372036854775807.000") == "9223372036854775807");
  CHECK(canonical("922337203685477580700e-2") == "9223372036854775807");
  CHECK(canonical("-9223372036854775808") == "-9223372036854775808");
  CHECK(canonical("-9223372036854775808.0") == "-9223372036854775808");
  CHECK(canonical("9.223372036854775807e18") == "9223372036854775807");
}

TEST_CASE("an integer from 2^63 to 2^64-1 keeps every digit, however it is spelled") {
  CHECK(canonical("9223372036854775808") == "9223372036854775808");
  CHECK(canonical("12297829382473034411") == "12297829382473034411");
  CHECK(canonical("12297829382473034411.0") == "12297829382473034411");
  CHECK(canonical("1.2297829382473034411e19") == "12297829382473034411");
  CHECK(canonical("18446744073709551615") == "18446744073709551615");
  CHECK(canonical("18446744073709551615e0") == "18446744073709551615");
  CHECK(canonical("1e19") == "10000000000000000000");
  CHECK(number("1e19") == Value(1e19));
}

TEST_CASE("an integer that no number holds is rounded, and its place is reported") {
  using Pointers = std::vector<std::string>;
  const auto rounded = [](const std::string& body) { return record_of(body).rounded.pointers; };
  CHECK(rounded(R"({"a":18446744073709551617,"b":[0,{"c/d":-9223372036854775809}]})") ==
        Pointers{"/a", "/b/1/c~1d"});
  CHECK(rounded(R"({"a":36893488147419103232,"b":18446744073709551615,"c":-9223372036854775808})")
            .empty());  // The first is 2^65.
  CHECK(rounded(R"({"a":1.1,"b":6.02214076e23,"c":18446744073709551617.0})").empty());
  CHECK(rounded(R"({"a":"18446744073709551617"})").empty());
  const auto records = records_of(R"([{"a":1e23,"b":99999999999999999999999},{"a":1}])");
  CHECK(records[0].rounded.pointers == Pointers{"/b"});
  CHECK(records[1].rounded.count == 0);
}

TEST_CASE("of very many rounded integers the first are reported, and how many there are") {
  std::string body = R"({"a":[18446744073709551617)";
  for (int i = 1; i < 3'000; ++i) body += ",18446744073709551617";
  const auto record = record_of(body + "]}");
  CHECK(record.rounded.count == 3'000);
  CHECK(record.rounded.pointers.size() == RoundedIntegers::kMaxPointers);
  CHECK(record.rounded.pointers.back() == "/a/999");
}

TEST_CASE("any other number is the nearest double") {
  CHECK(canonical("18446744073709551616") == "18446744073709551616");
  CHECK(*number("18446744073709551616").as_double() == 0x1p64);
  CHECK(*number("-9223372036854775809").as_integer() == std::numeric_limits<std::int64_t>::min());
  CHECK(*number("100000000000000000000000000001").as_double() == 1e29);
  CHECK(canonical("0.1") == "0.1");
  CHECK(canonical("1.10") == "1.1");
  CHECK(*number("1.7976931348623157e308").as_double() == std::numeric_limits<double>::max());
  CHECK(*number("5e-324").as_double() == std::numeric_limits<double>::denorm_min());
  CHECK(*number("2.2250738585072011e-308").as_double() == 2.2250738585072011e-308);
  CHECK(*number("9007199254740992.5").as_integer() == 9007199254740992);
  CHECK(*number("0.500000000000000166533453693773481063544750213623046875").as_double() ==
        0.500000000000000166533453693773481063544750213623046875);
}

TEST_CASE("what is too small for a double is zero") {
  CHECK(canonical("1e-400") == "0");
  CHECK(canonical("-1e-400") == "0");
  CHECK(canonical("1e-99999999999999999999") == "0");
  CHECK(canonical("2e-324") == "0");
  CHECK(canonical("0." + std::string(1000, '0') + "1") == "0");
}

TEST_CASE("digits and exponent may each be extreme if the number is not") {
  CHECK(canonical("1" + std::string(400, '0') + "e-400") == "1");
  CHECK(canonical("0." + std::string(400, '0') + "1e401") == "1");
  CHECK(canonical("0." + std::string(5000, '3')) == "0.3333333333333333");
}

TEST_CASE("a number beyond a double refuses its record, with its pointer") {
  for (const std::string text : {"1e400", "-1e400", "1.7976931348623159e308", "1e309", "123456e400",
                                 "1e99999999999999999999"}) {
    INFO(text);
    const Error fault = fault_of("{\"a\":[1,{\"b/c\":[0," + text + "]}]}");
    CHECK(fault.code == ErrorCode::number_out_of_range);
    CHECK(fault.pointer == "/a/1/b~1c/1");
  }
  CHECK(fault_of("{\"a\":" + std::string(400, '9') + "}").code == ErrorCode::number_out_of_range);
}

TEST_CASE("records next to one with a number beyond a double are kept") {
  const auto records =
      records_of(R"([{"a":1},{"a":[1e400,2],"s":"1e400 \"1e400"},1e400,{"a":-2.5e-3,"b":1e2}])");
  REQUIRE(records.size() == 4);
  CHECK(to_json(*records[0].object) == R"({"a":1})");
  CHECK(records[1].object.error().pointer == "/a/0");
  CHECK(records[1].original == R"({"a":[1e400,2],"s":"1e400 \"1e400"})");
  CHECK(records[2].object.error().code == ErrorCode::not_an_object);
  CHECK(records[2].original == "1e400");
  CHECK(to_json(*records[3].object) == R"({"a":-0.0025,"b":100})");
}

TEST_CASE("what follows an extreme number is read as strictly as before it") {
  for (const char* body : {"[{\"a\":1e400},{\"a\":1e400,}]", "{\"a\":1e400 1}", "{\"a\":-1e400e5}",
                           "{\"a\":1e400,\"b\":\"\\ud800\"}", "{\"a\":1e400}\xff"}) {
    INFO(body);
    CHECK(refusal_of(body).code == ErrorCode::invalid_json);
  }
}

TEST_CASE("the text of any double is read back to the same bits") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  std::mt19937_64 random(seed);
  std::string body = "[";
  std::vector<double> doubles;
  while (doubles.size() < 9'999) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    doubles.push_back(value);
    // Not the shortest digits of any: those of 2^53 to 2^64 may mean another integer, which is
    // kept.
    body += std::string(doubles.size() > 1 ? "," : "") + to_json(Object{{"x", value}});
  }
  const auto records = records_of(body + "]");
  REQUIRE(records.size() == doubles.size());
  for (std::size_t i = 0; i < doubles.size(); ++i) {
    INFO(records[i].original);
    REQUIRE(records[i].object);
    REQUIRE(*records[i].object->find("x") == Value(doubles[i]));
  }
}

TEST_CASE("the text of any 64-bit integer is read back, with a fraction of zero too") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2'000; ++i) {
    const auto integer = static_cast<std::int64_t>(random()) >> (random() % 64);
    const std::string text = std::to_string(integer);
    REQUIRE(number(text) == Value(integer));
    REQUIRE(number(text + ".0") == Value(integer));
    if (integer != 0) REQUIRE(number(text + "00e-2") == Value(integer));
  }
}

}  // namespace dropzone::json
