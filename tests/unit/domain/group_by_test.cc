#include <catch2/catch.hpp>
#include <limits>
#include <string>

#include <dropzone/query/group_by.h>

namespace dropzone {
namespace {

Value start_of(const Value& width, const Value& number) {
  const auto made = NumberWidth::of(width);
  if (!made) FAIL(made.error().detail);
  return made->start_of(number);
}

std::string start_of_span(std::string_view width, std::string_view moment) {
  const auto made = TimeWidth::parse(width);
  if (!made) FAIL(made.error().detail);
  return format_timestamp(made->start_of(*parse_timestamp(moment)));
}

TEST_CASE("a part of the numbers begins at the multiple of the width that is not greater") {
  CHECK(start_of(0.5, 4.2) == Value(4));
  CHECK(start_of(0.5, 4.5) == Value(4.5));
  CHECK(start_of(0.5, -0.1) == Value(-0.5));
  CHECK(start_of(0.5, -0.5) == Value(-0.5));
  CHECK(start_of(10, 29) == Value(20));
  CHECK(start_of(10, -1) == Value(-10));
  CHECK(start_of(10, 0) == Value(0));
  CHECK(start_of(2.5, 7.4999) == Value(5));
}

TEST_CASE("numbers and widths are the decimal fractions that they are written as") {
  for (int tenths = -50; tenths <= 50; ++tenths) {
    INFO(tenths);
    const Value number(static_cast<double>(tenths) / 10);
    CHECK(start_of(0.1, number) == number);
    CHECK(start_of(0.000000001, number) == number);
  }
  CHECK(start_of(0.3, 0.8999999999999999) == Value(0.6));
  CHECK(start_of(0.3, 0.9) == Value(0.9));
}

TEST_CASE("the start of a part is exact whatever the number's size") {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  CHECK(start_of(1, kMost) == Value(kMost));
  CHECK(start_of(2, kMost) == Value(kMost - 1));
  CHECK(start_of(0.5, kMost) == Value(kMost));
  CHECK(start_of(1, kLeast) == Value(kLeast));
  CHECK(start_of(10, kLeast) == Value(-9223372036854775810.0));
  CHECK(start_of(7, 9007199254740993) == Value(9007199254740988));
  CHECK(start_of(1e15, 1e300) == Value(1e300));
  CHECK(start_of(0.5, std::numeric_limits<double>::denorm_min()) == Value(0));
  CHECK(start_of(0.5, -std::numeric_limits<double>::denorm_min()) == Value(-0.5));
}

TEST_CASE("a width of numbers is positive and has few digits") {
  for (const Value& width : {Value(0), Value(-1), Value(1e16), Value(1e-10), Value(1.0 / 3),
                             Value(1e300), Value("1"), Value(), Value(true), Value(Array{1})}) {
    const auto made = NumberWidth::of(width);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::invalid_request);
  }
  for (const Value& width : {Value(1e-9), Value(1e15), Value(123456.789), Value(3)}) {
    CHECK(NumberWidth::of(width));
  }
}

TEST_CASE("a span of time begins at a multiple of its width in UTC") {
  CHECK(start_of_span("15s", "2019-05-01T10:00:29.9Z") == "2019-05-01T10:00:15Z");
  CHECK(start_of_span("15m", "2019-05-01T10:59:59Z") == "2019-05-01T10:45:00Z");
  CHECK(start_of_span("6h", "2019-05-01T10:00:00Z") == "2019-05-01T06:00:00Z");
  CHECK(start_of_span("1d", "2019-05-01T00:00:00+02:00") == "2019-04-30T00:00:00Z");
  CHECK(start_of_span("1h", "1969-12-31T23:59:59.999999Z") == "1969-12-31T23:00:00Z");
}

TEST_CASE("a week begins on Monday") {
  CHECK(start_of_span("1w", "2019-05-01T10:00:00Z") == "2019-04-29T00:00:00Z");
  CHECK(start_of_span("1w", "2019-04-29T00:00:00Z") == "2019-04-29T00:00:00Z");
  CHECK(start_of_span("1w", "1970-01-01T00:00:00Z") == "1969-12-29T00:00:00Z");
}

TEST_CASE("months and years are those of the calendar") {
  CHECK(start_of_span("1M", "2020-02-29T23:59:59Z") == "2020-02-01T00:00:00Z");
  CHECK(start_of_span("3M", "2019-12-31T00:00:00Z") == "2019-10-01T00:00:00Z");
  CHECK(start_of_span("1y", "1969-07-20T20:17:40Z") == "1969-01-01T00:00:00Z");
  CHECK(start_of_span("10y", "2019-05-01T10:00:00Z") == "2010-01-01T00:00:00Z");
}

TEST_CASE("no span begins before the earliest timestamp or after its moment") {
  for (const auto* width : {"1s", "876600h", "5217w", "1M", "100y"}) {
    INFO(width);
    CHECK(start_of_span(width, "0001-01-01T00:00:00Z") == "0001-01-01T00:00:00Z");
    CHECK(start_of_span(width, "9999-12-31T23:59:59.999999Z") <= "9999-12-31T23:59:59Z");
  }
}

TEST_CASE("a width of time is a whole number and a unit, and at most 100 years") {
  for (const auto* text : {"", "h", "1", "0h", "-1h", "1.5h", "1H", "1 h", "+1h", "1h ", "101y",
                           "99999999999999999999s", "36526d"}) {
    const auto made = TimeWidth::parse(text);
    INFO(text);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == ErrorCode::invalid_request);
  }
}

TEST_CASE("a value belongs to a group of its class alone") {
  const FieldPath field = *FieldPath::parse("a");
  const GroupBy values{.field = field};
  const GroupBy numbers{.field = field, .every = *NumberWidth::of(10)};
  const GroupBy times{.field = field, .every = *TimeWidth::parse("1h")};
  for (const Value& scalar : {Value(), Value(true), Value("x"), Value(3.5), Value(Timestamp{7})}) {
    CHECK(group_key(values, scalar) == scalar);
  }
  for (const Value& value : {Value(Array{1}), Value(Object{{"a", 1}})}) {
    for (const GroupBy& by : {values, numbers, times}) CHECK_FALSE(group_key(by, value));
  }
  CHECK(group_key(numbers, 11) == Value(10));
  CHECK_FALSE(group_key(numbers, Timestamp{7}));
  CHECK(group_key(times, Timestamp{7}) == Value(Timestamp{0}));
  CHECK_FALSE(group_key(times, 7));
}

}  // namespace
}  // namespace dropzone
