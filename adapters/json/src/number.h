#pragma once

#include <cstdint>
#include <string_view>

namespace dropzone::json {

/// The value of a number's text. Integers have 64 bits.
struct Number {
  enum class Type : std::uint64_t { integer, real, out_of_range };

  Type type = Type::integer;
  union {
    std::int64_t integer = 0;
    double real;
  };
};

/// Precondition: a number by RFC 8259. An integer where it is one of 64 bits, also as 3.0 or 1e3;
/// else the nearest double, which is zero for 1e-400; out of range where there is none.
[[nodiscard]] Number parse_number(std::string_view text);

/// Whether a text is a number by RFC 8259.
[[nodiscard]] bool is_number(std::string_view text) noexcept;

}  // namespace dropzone::json
