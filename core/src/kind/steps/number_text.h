#pragma once

#include <string>
#include <string_view>

#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// How people write numbers: which character is before the fraction, and which is between groups of
/// three digits of what is before it.
struct NumberFormat {
  std::string decimal = ".";
  std::string group = {};  ///< Empty if there are no groups.
};

/// The integer that a text is: decimal digits, with a minus sign, a fraction and an exponent if
/// need be ("-7", "3.0", "1e3"). `type_mismatch` if it is not a number, `number_out_of_range` if it
/// has more than 64 bits.
Result<Value> parse_integer(std::string_view text, const NumberFormat& format);

/// The number that a text is, as JSON would have it: the integer, else the nearest double. What
/// looks like an integer is exact or refused, too.
Result<Value> parse_number(std::string_view text, const NumberFormat& format);

}  // namespace dropzone
