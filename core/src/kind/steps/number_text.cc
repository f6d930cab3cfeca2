#include "kind/steps/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <system_error>

namespace dropzone {
namespace {

constexpr std::size_t kMaxNumberBytes = 1'000;
constexpr std::size_t kMaxDigits64 = 20;
constexpr std::size_t kGroupDigits = 3;

bool is_decimal_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// A number's text, taken apart. Its value is the digits times ten to the exponent.
struct Decimal {
  bool negative = false;
  std::string digits;  ///< Without zeros at either end. Empty for zero.
  long exponent = 0;
  bool is_whole = false;  ///< It has neither a fraction nor an exponent.
  std::string plain;      ///< As JSON spells it.
};

Error not_a(std::string_view what) {
  return {ErrorCode::type_mismatch, "The text is not " + std::string(what) + "."};
}

/// Reads a text from its start to its end.
class DecimalReader {
 public:
  DecimalReader(std::string_view text, const NumberFormat& format) : rest_(text), format_(format) {}

  /// Nothing if the text is not a number.
  std::optional<Decimal> read() {
    if (rest_.size() > kMaxNumberBytes) return std::nullopt;
    decimal_.negative = take("-");
    if (decimal_.negative) decimal_.plain = '-';
    if (!read_whole()) return std::nullopt;
    decimal_.is_whole = rest_.empty();
    if (take(format_.decimal) && !read_fraction()) return std::nullopt;
    if ((take("e") || take("E")) && !read_exponent()) return std::nullopt;
    if (!rest_.empty()) return std::nullopt;
    strip_zeros();
    return std::move(decimal_);
  }

 private:
  bool take(std::string_view token) {
    if (token.empty() || !rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::string_view take_digits() {
    const auto end = std::ranges::find_if_not(rest_, is_decimal_digit);
    const std::string_view digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(digits.size());
    return digits;
  }

  bool read_whole() {
    std::string_view digits = take_digits();
    if (digits.empty()) return false;
    append(digits);
    for (bool first = true; take(format_.group); first = false) {
      if (first && digits.size() > kGroupDigits) return false;
      digits = take_digits();
      if (digits.size() != kGroupDigits) return false;
      append(digits);
    }
    return true;
  }

  bool read_fraction() {
    const std::string_view digits = take_digits();
    if (digits.empty()) return false;
    decimal_.plain += '.';
    append(digits);
    decimal_.exponent = -static_cast<long>(digits.size());
    return true;
  }

  bool read_exponent() {
    constexpr std::size_t kMaxExponentDigits = 6;
    const bool negative = take("-");
    if (!negative) take("+");
    const std::string_view digits = take_digits();
    if (digits.empty() || digits.size() > kMaxExponentDigits) return false;
    long exponent = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    decimal_.exponent += negative ? -exponent : exponent;
    decimal_.plain += negative ? "e-" : "e";
    decimal_.plain += digits;
    return true;
  }

  void append(std::string_view digits) {
    decimal_.digits += digits;
    decimal_.plain += digits;
  }

  void strip_zeros() {
    std::string& digits = decimal_.digits;
    digits.erase(0, digits.find_first_not_of('0'));
    const std::size_t end = digits.find_last_not_of('0') + 1;
    decimal_.exponent += static_cast<long>(digits.size() - end);
    digits.erase(end);
    if (digits.empty()) decimal_.exponent = 0;
  }

  std::string_view rest_;
  const NumberFormat& format_;
  Decimal decimal_;
};

/// Nothing if it has more than 64 bits. Precondition: an integer, so the exponent is not negative.
std::optional<Value> integer_from(const Decimal& decimal) {
  if (decimal.digits.empty()) return Value(0);
  if (decimal.digits.size() + static_cast<std::size_t>(decimal.exponent) > kMaxDigits64) {
    return std::nullopt;
  }
  std::string digits = decimal.negative ? "-" : "";
  digits += decimal.digits;
  digits.append(static_cast<std::size_t>(decimal.exponent), '0');
  const auto read = [&](auto integer) -> std::optional<Value> {
    const auto end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, integer).ec != std::errc()) return std::nullopt;
    return Value(integer);
  };
  return decimal.negative ? read(std::int64_t{}) : read(std::uint64_t{});
}

/// Whether the double is the integer whose digits were given, and not one next to it.
bool is_exactly(double number, const Decimal& decimal) {
  std::array<char, 400> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), std::abs(number),
                                          std::chars_format::fixed);
  if (error != std::errc()) return false;
  std::string digits = decimal.digits;
  digits.append(static_cast<std::size_t>(decimal.exponent), '0');
  return digits == std::string_view(text.data(), static_cast<std::size_t>(end - text.data()));
}

Error beyond_64_bits() {
  return {
      ErrorCode::number_out_of_range,
      "The text is an integer of more than 64 bits, which no number can hold; keep it as text."};
}

}  // namespace

Result<Value> parse_integer(std::string_view text, const NumberFormat& format) {
  const auto decimal = DecimalReader(text, format).read();
  if (!decimal || decimal->exponent < 0) return not_a("an integer");
  if (auto integer = integer_from(*decimal)) return *std::move(integer);
  return beyond_64_bits();
}

Result<Value> parse_number(std::string_view text, const NumberFormat& format) {
  const auto decimal = DecimalReader(text, format).read();
  if (!decimal) return not_a("a number");
  if (decimal->exponent >= 0) {
    if (auto integer = integer_from(*decimal)) return *std::move(integer);
  }
  double number = 0;
  const std::string& plain = decimal->plain;
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), number);
  if (read.ec != std::errc()) {
    return Error{ErrorCode::number_out_of_range, "The text is a number beyond those of a double."};
  }
  if (decimal->is_whole && !is_exactly(number, *decimal)) return beyond_64_bits();
  return Value(number);
}

}  // namespace dropzone
