#include <dropzone/value/statistics.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>

#include <dropzone/expects.h>

namespace dropzone {
namespace {

__extension__ using Uint128 = unsigned __int128;
using Digits = std::array<std::int64_t, 67>;

constexpr int kDigitBits = 32;
constexpr std::int64_t kDigitMask = 0xffffffff;
constexpr unsigned kUnitPosition = 1074;  // The bit that stands for 1.
constexpr std::int64_t kAddsBetweenCarries = 512;

// Leaves each digit but the highest within 0 and 2^32 - 1; the highest has the sum's sign.
void carry(Digits& digits) noexcept {
  std::int64_t carried = 0;
  for (std::size_t i = 0; i + 1 < digits.size(); ++i) {
    const std::int64_t digit = digits[i] + carried;
    digits[i] = digit & kDigitMask;
    carried = digit >> kDigitBits;
  }
  digits.back() += carried;
}

// A magnitude `bits * 2^exponent`, and a little more if `inexact`. Zero, or more than 64 bits.
struct Magnitude {
  Uint128 bits = 0;
  int exponent = 0;
  bool inexact = false;
};

int width(Uint128 bits) noexcept {
  const auto high = static_cast<std::uint64_t>(bits >> 64);
  return static_cast<int>(high != 0 ? 64 + std::bit_width(high)
                                    : std::bit_width(static_cast<std::uint64_t>(bits)));
}

// The 128 leading bits of digits that are carried and not negative.
Magnitude leading_bits(const Digits& digits) noexcept {
  std::size_t top = digits.size();
  while (top > 0 && digits[top - 1] == 0) --top;
  if (top == 0) return {};
  const auto digit = [&](std::size_t below_top) {
    return below_top < top ? static_cast<Uint128>(digits[top - 1 - below_top]) : Uint128{0};
  };
  Uint128 bits = digit(0) << 96 | digit(1) << 64 | digit(2) << 32 | digit(3);
  const int shift = 128 - width(bits);
  const Uint128 next = digit(4) << shift;
  bits = bits << shift | next >> kDigitBits;
  bool inexact = (next & kDigitMask) != 0;
  for (std::size_t i = 5; i < top && !inexact; ++i) inexact = digit(i) != 0;
  const int lowest = kDigitBits * (static_cast<int>(top) - 4) - shift;
  return {bits, lowest - static_cast<int>(kUnitPosition), inexact};
}

// The nearest double, ties to even, infinite beyond the largest.
double nearest_double(const Magnitude& magnitude) noexcept {
  constexpr int kPrecision = std::numeric_limits<double>::digits;
  const int bits = width(magnitude.bits);
  const int above_least = bits + magnitude.exponent + static_cast<int>(kUnitPosition);
  const int kept_bits = std::min(kPrecision, above_least);
  if (bits == 0 || kept_bits < 0) return 0;
  const int dropped = bits - kept_bits;
  auto kept = static_cast<std::uint64_t>(magnitude.bits >> dropped);
  const Uint128 rest = magnitude.bits & ((Uint128{1} << dropped) - 1);
  const Uint128 half = Uint128{1} << (dropped - 1);
  const bool odd = (kept & 1) != 0;
  if (rest > half || (rest == half && (magnitude.inexact || odd))) ++kept;
  return std::ldexp(static_cast<double>(kept), magnitude.exponent + dropped);
}

/// The sum without its sign; its digits are carried.
struct Unsigned {
  Digits digits;
  bool negative = false;
};

Unsigned without_sign(Digits digits) noexcept {
  carry(digits);
  const bool negative = digits.back() < 0;
  if (negative) {
    for (std::int64_t& digit : digits) digit = -digit;
    carry(digits);
  }
  return {digits, negative};
}

double nearest_quotient(const Unsigned& sum, std::int64_t divisor) noexcept {
  Magnitude magnitude = leading_bits(sum.digits);
  if (divisor != 1) {
    const auto by = static_cast<Uint128>(divisor);
    magnitude.inexact = magnitude.inexact || magnitude.bits % by != 0;
    magnitude.bits /= by;
  }
  const double nearest = nearest_double(magnitude);
  return sum.negative ? -nearest : nearest;
}

// The sum if it is an integer of at most 128 bits.
std::optional<Uint128> whole(const Digits& digits) noexcept {
  constexpr std::size_t kUnit = kUnitPosition / kDigitBits;
  constexpr unsigned kShift = kUnitPosition % kDigitBits;
  constexpr std::size_t kTop = kUnit + 4;
  constexpr std::int64_t kFraction = (std::int64_t{1} << kShift) - 1;
  const auto is_set = [](std::int64_t digit) { return digit != 0; };
  if ((digits[kUnit] & kFraction) != 0 || digits[kTop] >> kShift != 0 ||
      std::any_of(digits.begin(), digits.begin() + kUnit, is_set) ||
      std::any_of(digits.begin() + kTop + 1, digits.end(), is_set)) {
    return std::nullopt;
  }
  Uint128 bits = 0;
  for (std::size_t i = kTop; i > kUnit; --i) bits = bits << kDigitBits | Uint128(digits[i]);
  return bits << (kDigitBits - kShift) | Uint128(digits[kUnit] >> kShift);
}

std::optional<Value> integer_of(Uint128 magnitude, bool negative) noexcept {
  constexpr Uint128 kTwoTo63 = Uint128{1} << 63;
  if (magnitude >= 2 * kTwoTo63 || (negative && magnitude > kTwoTo63)) return std::nullopt;
  const auto bits = static_cast<std::uint64_t>(magnitude);
  return negative ? Value(static_cast<std::int64_t>(0 - bits)) : Value(bits);
}

std::string decimal(Uint128 magnitude, bool negative) {
  std::string digits;
  for (; magnitude != 0; magnitude /= 10) digits += static_cast<char>('0' + magnitude % 10);
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace

// Precondition: the significand has at most 53 bits.
void Sum::add_at(std::int64_t significand, unsigned position) noexcept {
  const std::size_t digit = position / kDigitBits;
  const unsigned shift = position % kDigitBits;
  digits_[digit] += (significand << shift) & kDigitMask;
  digits_[digit + 1] += significand >> (kDigitBits - shift);
}

void Sum::add(const Value& number) {
  DROPZONE_EXPECTS(number.value_class() == ValueClass::number);
  if (const std::int64_t* integer = number.as_integer()) {
    add_at(*integer & kDigitMask, kUnitPosition);
    add_at(*integer >> kDigitBits, kUnitPosition + kDigitBits);
  } else if (const std::uint64_t* large = number.as_unsigned()) {
    add_at(static_cast<std::int64_t>(*large & kDigitMask), kUnitPosition);
    add_at(static_cast<std::int64_t>(*large >> kDigitBits), kUnitPosition + kDigitBits);
  } else if (const double* real = number.as_double()) {
    const auto bits = std::bit_cast<std::uint64_t>(*real);
    const auto exponent = static_cast<unsigned>(bits >> 52 & 0x7ff);
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
    const bool normal = exponent != 0;
    const auto significand =
        static_cast<std::int64_t>(fraction | static_cast<std::uint64_t>(normal) << 52);
    add_at(std::signbit(*real) ? -significand : significand, normal ? exponent - 1 : 0);
    integers_alone_ = false;
  }
  if (++count_ % kAddsBetweenCarries == 0) carry(digits_);
}

std::optional<Total> Sum::total() const {
  const Unsigned sum = without_sign(digits_);
  const auto exact = whole(sum.digits);
  if (exact) {
    if (auto integer = integer_of(*exact, sum.negative)) return *std::move(integer);
  }
  const double nearest = nearest_quotient(sum, 1);
  if (!std::isfinite(nearest)) return std::nullopt;
  if (!exact || !integers_alone_) return Value(nearest);
  return Total(Value(nearest), decimal(*exact, sum.negative));
}

std::optional<Value> Sum::average() const {
  if (count_ == 0) return std::nullopt;
  const Unsigned sum = without_sign(digits_);
  const auto exact = whole(sum.digits);
  const auto count = static_cast<Uint128>(count_);
  if (exact && *exact % count == 0) {
    if (auto integer = integer_of(*exact / count, sum.negative)) return integer;
  }
  return Value(nearest_quotient(sum, count_));
}

}  // namespace dropzone
