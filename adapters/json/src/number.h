#pragma once

#include <cstdint>
#include <string_view>

namespace dropzone::json {

/// The value of a number's text.
struct Number {
  enum class Type : std::uint64_t { integer, unsigned_integer, real, rounded, out_of_range };

  Type type = Type::integer;
  union {
    std::int64_t integer = 0;
    std::uint64_t unsigned_integer;  ///< Of at least 2^63.
    double real;                     ///< Also if it is `rounded`.
  };
};

/// Precondition: a number by RFC 8259. An integer if it is one from -2^63 to 2^64-1, also as 3.0 or
/// 1e3; else the nearest double, which is zero for 1e-400; out of range if there is none. What
/// is written as an integer, without point and exponent, and is not the double is `rounded`.
[[nodiscard]] Number parse_number(std::string_view text);

/// Whether a text is a number by RFC 8259.
[[nodiscard]] bool is_number(std::string_view text) noexcept;

}  // namespace dropzone::json
