#include "db/scalar_columns.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dropzone::sqlite {
namespace {

// Numbers that SQLite's integers and doubles do not keep apart are texts, which are in its order
// after all numbers: integers from 2^63 on are 20 digits, and doubles from 2^64 on an "e" and the
// hexadecimal digits of their bits.
constexpr double kTwoTo64 = 18446744073709551616.0;
constexpr char kDoubleMark = 'e';
using NumberText = std::array<char, 20>;

std::string_view text_of(std::uint64_t integer, NumberText& buffer) {
  buffer.fill('0');
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), integer).ptr;
  std::copy(digits.begin(), end, buffer.end() - (end - digits.begin()));
  return {buffer.data(), buffer.size()};
}

// Of positive doubles the bits are in the order of the numbers. They begin with a digit from 4 on.
std::string_view text_of(double number, NumberText& buffer) {
  buffer.front() = kDoubleMark;
  const auto end = std::to_chars(buffer.data() + 1, buffer.data() + buffer.size(),
                                 std::bit_cast<std::uint64_t>(number), 16)
                       .ptr;
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

Value number_of(std::string_view text) {
  const bool is_double = text.starts_with(kDoubleMark);
  std::uint64_t bits = 0;
  std::from_chars(text.data() + (is_double ? 1 : 0), text.data() + text.size(), bits,
                  is_double ? 16 : 10);
  return is_double ? Value(std::bit_cast<double>(bits)) : Value(bits);
}

void bind_number(Statement& statement, int parameter, const Value& number) {
  NumberText buffer;
  if (const auto* integer = number.as_integer()) {
    statement.bind_one(parameter, *integer);
  } else if (const auto* large = number.as_unsigned()) {
    statement.bind_copy(parameter, text_of(*large, buffer));
  } else if (const double real = *number.as_double(); real >= kTwoTo64) {
    statement.bind_copy(parameter, text_of(real, buffer));
  } else {
    statement.bind_one(parameter, real);
  }
}

}  // namespace

void bind_value(Statement& statement, int parameter, const Value& scalar) {
  switch (scalar.value_class()) {
    case ValueClass::timestamp:
      statement.bind_one(parameter, scalar.as_timestamp()->micros);
      return;
    case ValueClass::boolean:
      statement.bind_one(parameter, std::int64_t{*scalar.as_boolean()});
      return;
    case ValueClass::string:
      statement.bind_one(parameter, std::string_view(*scalar.as_string()));
      return;
    case ValueClass::number: bind_number(statement, parameter, scalar); return;
    default: statement.bind_one(parameter, std::int64_t{0});
  }
}

void bind_scalar(Statement& statement, int first_parameter, const Value& scalar) {
  statement.bind_one(first_parameter, static_cast<std::int64_t>(scalar.value_class()));
  bind_value(statement, first_parameter + 1, scalar);
}

Value scalar_at(const Statement& statement, int first_column) {
  const int value = first_column + 1;
  switch (static_cast<ValueClass>(statement.integer(first_column))) {
    case ValueClass::timestamp: return Timestamp{statement.integer(value)};
    case ValueClass::boolean: return statement.integer(value) != 0;
    case ValueClass::string: return statement.bytes(value);
    case ValueClass::number:
      if (statement.is_integer(value)) return statement.integer(value);
      if (statement.is_text(value)) return number_of(statement.bytes(value));
      return statement.number(value);
    default: return {};
  }
}

}  // namespace dropzone::sqlite
