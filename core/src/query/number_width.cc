#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include <dropzone/query/group_by.h>

namespace dropzone {
namespace {

__extension__ using Wide = __int128;

constexpr int kMostPlaces = 9;
constexpr double kMostWidth = 1e15;
constexpr double kTwoTo64 = 18446744073709551616.0;
constexpr int kMostPower = 37;  ///< Of ten, within a Wide.

/// digits * 10^-places.
struct Decimal {
  Wide digits = 0;
  int places = 0;
};

Wide power_of_ten(int exponent) {
  Wide power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

Wide floor_quotient(Wide number, Wide divisor) {
  const Wide quotient = number / divisor;
  return quotient - (number % divisor < 0 ? 1 : 0);
}

// Of a double, its shortest text: a sign, a digit, perhaps a point and digits, and an exponent.
Decimal decimal_of(double number) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific);
  const std::string_view all(text.data(), static_cast<std::size_t>(end.ptr - text.data()));
  const std::size_t e = all.find('e');
  Decimal decimal;
  bool in_fraction = false;
  for (const char c : all.substr(0, e)) {
    if (c == '.') in_fraction = true;
    if (c < '0' || c > '9') continue;
    decimal.digits = decimal.digits * 10 + (c - '0');
    decimal.places += in_fraction ? 1 : 0;
  }
  if (number < 0) decimal.digits = -decimal.digits;
  decimal.places -= std::atoi(all.data() + e + 1);
  return decimal;
}

// Precondition: less than 2^64 in magnitude.
Decimal decimal_of(const Value& number) {
  if (const auto* integer = number.as_integer()) return {*integer, 0};
  if (const auto* large = number.as_unsigned()) return {static_cast<Wide>(*large), 0};
  return decimal_of(*number.as_double());
}

// In units of 10^-places, rounded down.
Wide units_below(const Decimal& number, int places) {
  const int more = places - number.places;
  if (more >= 0) return number.digits * power_of_ten(more);
  if (-more > kMostPower) return number.digits < 0 ? -1 : 0;
  return floor_quotient(number.digits, power_of_ten(-more));
}

Value integer_value(Wide integer) {
  if (integer > std::numeric_limits<std::uint64_t>::max()) return static_cast<double>(integer);
  if (integer >= 0) return static_cast<std::uint64_t>(integer);
  if (integer >= std::numeric_limits<std::int64_t>::min())
    return static_cast<std::int64_t>(integer);
  return static_cast<double>(integer);
}

// The nearest double to units * 10^-places, by way of its text.
Value value_of(Wide units, int places) {
  const Wide unit = power_of_ten(places);
  if (units % unit == 0) return integer_value(units / unit);
  const Wide magnitude = units < 0 ? -units : units;
  std::string fraction = std::to_string(static_cast<std::int64_t>(magnitude % unit));
  fraction.insert(0, static_cast<std::size_t>(places) - fraction.size(), '0');
  const std::string text = (units < 0 ? "-" : "") +
                           std::to_string(static_cast<std::uint64_t>(magnitude / unit)) + '.' +
                           fraction;
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Result<NumberWidth> NumberWidth::of(const Value& width) {
  const Error fault{
      ErrorCode::invalid_request,
      "A width of numbers is greater than 0, at most 1e15, and has at most 15 digits, "
      "of which 9 after the decimal point."};
  if (width.value_class() != ValueClass::number) return fault;
  const double size = to_double(width);
  if (!(size > 0) || size > kMostWidth) return fault;
  const Decimal decimal = decimal_of(width);
  NumberWidth made;
  made.places_ = std::max(decimal.places, 0);
  if (made.places_ > kMostPlaces) return fault;
  const Wide units = units_below(decimal, made.places_);
  if (units > static_cast<Wide>(kMostWidth)) return fault;
  made.units_ = static_cast<std::int64_t>(units);
  return made;
}

// From 2^64 on, numbers are multiples of 2^11, and no decimal fractions any more.
Value NumberWidth::start_of(const Value& number) const {
  if (const double* real = number.as_double(); real && std::fabs(*real) >= kTwoTo64) {
    const double width = static_cast<double>(units_) / static_cast<double>(power_of_ten(places_));
    const double rest = std::fmod(*real, width);
    return Value(rest < 0 ? *real - rest - width : *real - rest);
  }
  const Wide units = units_below(decimal_of(number), places_);
  return value_of(floor_quotient(units, units_) * units_, places_);
}

}  // namespace dropzone
