#include <dropzone/value/statistics.h>

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace dropzone {
namespace {

static_assert(FLT_EVAL_METHOD == 0, "the arithmetic below needs doubles that are rounded as such");

// A number as the unevaluated sum of two doubles, the low one a correction of the high one: about
// 106 bits of precision (T. J. Dekker, D. E. Knuth).
struct Twofold {
  double high = 0;
  double low = 0;
};

Twofold exact_sum(double a, double b) noexcept {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// The upper half of a double's bits; what is left fits the lower half.
double upper_half(double x) noexcept {
  const double shifted = 134217729.0 * x;  // 2^27 + 1
  return shifted - (shifted - x);
}

Twofold exact_product(double a, double b) noexcept {
  const double product = a * b;
  const double a_high = upper_half(a);
  const double a_low = a - a_high;
  const double b_high = upper_half(b);
  const double b_low = b - b_high;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

Twofold operator+(const Twofold& a, const Twofold& b) noexcept {
  const Twofold high = exact_sum(a.high, b.high);
  const double low = a.low + b.low;
  return low == 0 ? high : exact_sum(high.high, high.low + low);
}

Twofold operator-(const Twofold& x) noexcept { return {-x.high, -x.low}; }

Twofold square(const Twofold& x) noexcept {
  const Twofold high = exact_product(x.high, x.high);
  return {high.high, high.low + 2 * x.high * x.low};
}

Twofold operator/(const Twofold& x, double divisor) noexcept {
  const double quotient = x.high / divisor;
  const Twofold back = exact_product(quotient, divisor);
  return {quotient, (((x.high - back.high) - back.low) + x.low) / divisor};
}

double square_root(const Twofold& x) noexcept {
  const double root = std::sqrt(x.high);
  if (root == 0) return 0;
  const Twofold back = exact_product(root, root);
  return root + (((x.high - back.high) - back.low) + x.low) / (2 * root);
}

// Adds up: the low part gathers what rounding takes from the high one.
void accumulate(Twofold& sum, const Twofold& x) noexcept {
  const Twofold next = exact_sum(sum.high, x.high);
  sum.high = next.high;
  sum.low += next.low + x.low;
}

Twofold exactly(const Value& number) noexcept {
  if (const double* real = number.as_double()) return {*real, 0};
  if (const std::uint64_t* large = number.as_unsigned()) {
    return exact_sum(static_cast<double>(*large >> 32) * 4294967296.0,
                     static_cast<double>(*large & 0xffffffff));
  }
  const std::int64_t integer = *number.as_integer();
  return exact_sum(static_cast<double>(integer >> 32) * 4294967296.0,
                   static_cast<double>(integer & 0xffffffff));
}

Twofold scaled(const Value& number, double scale) noexcept {
  const Twofold exact = exactly(number);
  return {exact.high * scale, exact.low * scale};
}

bool is_number(const Value& value) noexcept { return value.value_class() == ValueClass::number; }

// A power of two that brings the numbers to where squares of their differences, and the rounding
// errors of these, neither overflow nor underflow.
double comfortable_scale(std::span<const Value> numbers) noexcept {
  double largest = 0;
  for (const Value& number : numbers) largest = std::max(largest, std::abs(exactly(number).high));
  if (largest > 0x1p400) return 0x1p-600;
  if (largest < 0x1p-400) return 0x1p600;
  return 1;
}

// Sums over a series of the deviations from its first number, and of their squares.
//
// The deviations from one of the numbers are exact, and little is lost by not taking them from the
// mean m: the sum of (x - p)^2 is that of (x - m)^2 plus n (p - m)^2, and for a p that is one of
// the x the latter is at most n times the former.
struct Spread {
  Twofold first;
  Twofold deviations;
  Twofold squares;
};

Spread spread_of(std::span<const Value> numbers, double scale) noexcept {
  Spread spread{.first = scaled(numbers.front(), scale), .deviations = {}, .squares = {}};
  const Twofold minus_first = -spread.first;
  for (const Value& number : numbers.subspan(1)) {
    const Twofold deviation = scaled(number, scale) + minus_first;
    accumulate(spread.deviations, deviation);
    accumulate(spread.squares, square(deviation));
  }
  return spread;
}

bool is_comfortable(const Spread& spread) noexcept {
  return spread.squares.high > 0x1p-800 && spread.squares.high < 0x1p800;
}

double sample_deviation(const Spread& spread, double count) noexcept {
  const Twofold about_mean = spread.squares + -(square(spread.deviations) / count);
  return square_root(about_mean / (count - 1));
}

// The double nearest to the mean, or nothing if the error of twofold arithmetic may hide it:
// next to the middle between two doubles, or if most of the sum cancels (A. Ziv's test).
std::optional<double> nearest_mean(const Spread& spread, double count) noexcept {
  const Twofold mean = spread.first + spread.deviations / count;
  const double largest = std::abs(spread.first.high) + std::sqrt(spread.squares.high);
  const double error = largest * count * count * 0x1p-104;
  const double nearest = mean.high + (mean.low + error);
  if (nearest != mean.high + (mean.low - error)) return std::nullopt;
  return nearest;
}

double exact_mean(std::span<const Value> numbers) {
  Sum sum;
  for (const Value& number : numbers) sum.add(number);
  return to_double(*sum.average());
}

}  // namespace

std::optional<Moments> moments(std::span<const Value> numbers) {
  if (numbers.size() < 2 || !std::ranges::all_of(numbers, is_number)) return std::nullopt;
  const auto count = static_cast<double>(numbers.size());
  const Spread spread = spread_of(numbers, 1);
  if (is_comfortable(spread)) {
    const std::optional<double> mean = nearest_mean(spread, count);
    return Moments{mean ? *mean : exact_mean(numbers), sample_deviation(spread, count)};
  }
  const double scale = comfortable_scale(numbers);
  return Moments{exact_mean(numbers), sample_deviation(spread_of(numbers, scale), count) / scale};
}

}  // namespace dropzone
