#include "number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <system_error>

#include <dropzone/expects.h>

namespace dropzone::json {
namespace {

constexpr double kTwoTo53 = 9007199254740992.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) -
                                  text.begin());
}

Number integer_number(std::int64_t integer) noexcept {
  Number number;
  number.integer = integer;
  return number;
}

Number unsigned_number(std::uint64_t integer) noexcept {
  Number number;
  number.type = Number::Type::unsigned_integer;
  number.unsigned_integer = integer;
  return number;
}

Number real_number(double real) noexcept {
  Number number;
  number.type = Number::Type::real;
  number.real = real;
  return number;
}

Number out_of_range() noexcept {
  Number number;
  number.type = Number::Type::out_of_range;
  return number;
}

/// A number as decimal digits, without zeros at either end, times a power of ten.
struct Decimal {
  std::string digits;
  std::int64_t exponent = 0;
};

std::int64_t parse_exponent(std::string_view text) {
  constexpr std::int64_t kBeyondAll = std::numeric_limits<std::int64_t>::max() / 2;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error == std::errc()) return std::clamp(exponent, -kBeyondAll, kBeyondAll);
  return text.starts_with('-') ? -kBeyondAll : kBeyondAll;
}

Decimal parse_decimal(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t mark = text.find_first_of("eE");
  if (mark != std::string_view::npos) decimal.exponent = parse_exponent(text.substr(mark + 1));
  text = text.substr(0, mark);
  const std::size_t point = text.find('.');
  decimal.digits = text.substr(0, point);
  if (point != std::string_view::npos) {
    decimal.digits += text.substr(point + 1);
    decimal.exponent -= static_cast<std::int64_t>(text.size() - point - 1);
  }
  const std::size_t significant = decimal.digits.find_last_not_of('0') + 1;
  decimal.exponent += static_cast<std::int64_t>(decimal.digits.size() - significant);
  decimal.digits.resize(significant);
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  return decimal;
}

/// What std::from_chars() calls out of range, whichever end of it.
Number zero_or_out_of_range(std::string_view text) {
  const Decimal decimal = parse_decimal(text);
  const auto magnitude = static_cast<std::int64_t>(decimal.digits.size()) + decimal.exponent;
  if (decimal.digits.empty() || magnitude <= 0) return integer_number(0);
  return out_of_range();
}

/// The integer that the digits are, if it has 64 bits.
std::optional<Number> integer_of(std::string_view digits) {
  const char* const first = digits.data();
  const char* const last = first + digits.size();
  std::int64_t integer = 0;
  if (std::from_chars(first, last, integer).ec == std::errc()) return integer_number(integer);
  std::uint64_t large = 0;
  if (std::from_chars(first, last, large).ec == std::errc()) return unsigned_number(large);
  return std::nullopt;
}

/// The integer that a text means, if it is one that a double may have rounded.
Number exact_integer_or(double rounded, std::string_view text) {
  const Decimal decimal = parse_decimal(text);
  if (decimal.exponent < 0 || decimal.exponent > 20) return real_number(rounded);
  std::string digits(text.starts_with('-') ? "-" : "");
  digits += decimal.digits;
  digits.append(static_cast<std::size_t>(decimal.exponent), '0');
  return integer_of(digits).value_or(real_number(rounded));
}

/// The double nearest to an integer that has more than 64 bits.
Number nearest_to(std::string_view digits, double nearest) {
  Number number = real_number(nearest);
  char exact[400];  // The largest double has 309 digits.
  const auto end =
      std::to_chars(exact, exact + sizeof exact, nearest, std::chars_format::fixed, 0).ptr;
  if (std::string_view(exact, static_cast<std::size_t>(end - exact)) != digits) {
    number.type = Number::Type::rounded;
  }
  return number;
}

}  // namespace

Number parse_number(std::string_view text) {
  DROPZONE_EXPECTS(is_number(text));
  const char* const first = text.data();
  const char* const last = first + text.size();
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  const std::size_t digits = count_digits(text.substr(sign));
  const bool is_plain = sign + digits == text.size();
  if (is_plain) {
    if (const auto integer = integer_of(text)) return *integer;
  }
  double number = 0;
  if (std::from_chars(first, last, number).ec != std::errc()) return zero_or_out_of_range(text);
  if (is_plain) return nearest_to(text, number);
  const double magnitude = std::fabs(number);
  if (magnitude >= kTwoTo53 && magnitude <= kTwoTo64) return exact_integer_or(number, text);
  return real_number(number);
}

bool is_number(std::string_view text) noexcept {
  const auto take_digits = [&] {
    const std::size_t digits = count_digits(text);
    text.remove_prefix(digits);
    return digits;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.starts_with('0')) {
    text.remove_prefix(1);
  } else if (take_digits() == 0) {
    return false;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  return text.empty();
}

}  // namespace dropzone::json
