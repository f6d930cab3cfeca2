#include "multiple_of.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

__extension__ using Wide = unsigned __int128;

/// A number without its sign: an integer times a power of ten.
struct Scaled {
  std::uint64_t mantissa = 0;
  int exponent = 0;
};

// The spelling of a number has at most 20 digits.
Scaled scaled(const Value& number) {
  const std::string text = to_json(number);
  Scaled result;
  bool in_fraction = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      result.mantissa = result.mantissa * 10 + static_cast<std::uint64_t>(c - '0');
      if (in_fraction) --result.exponent;
    } else if (c == '.') {
      in_fraction = true;
    } else if (c == 'e') {
      std::string_view rest = std::string_view(text).substr(i + 1);
      if (rest.starts_with('+')) rest.remove_prefix(1);
      int exponent = 0;
      std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
      result.exponent += exponent;
      break;
    }
  }
  return result;
}

// 10 to the power of `exponent`, modulo `modulus`.
std::uint64_t power_of_ten(int exponent, std::uint64_t modulus) {
  Wide power = 1 % modulus;
  Wide base = 10 % modulus;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) power = power * base % modulus;
    base = base * base % modulus;
  }
  return static_cast<std::uint64_t>(power);
}

}  // namespace

bool is_multiple_of(const Value& number, const Value& of) {
  const Scaled a = scaled(number);
  const Scaled b = scaled(of);
  if (a.mantissa == 0) return true;
  const int shift = a.exponent - b.exponent;
  if (shift >= 0) {
    return Wide{a.mantissa % b.mantissa} * power_of_ten(shift, b.mantissa) % b.mantissa == 0;
  }
  constexpr int kMostDigits = 20;
  if (-shift > kMostDigits) return false;  // The other one is larger.
  Wide divisor = b.mantissa;
  for (int i = 0; i < -shift && divisor <= a.mantissa; ++i) divisor *= 10;
  return divisor <= a.mantissa && a.mantissa % divisor == 0;
}

}  // namespace dropzone
