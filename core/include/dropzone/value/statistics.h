#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <dropzone/value/value.h>

namespace dropzone {

struct Moments {
  double mean = 0;
  double stdev = 0;  ///< Of a sample: the sum of squared deviations divided by n - 1.
};

/// Mean and sample standard deviation, each correct to the last few bits whatever the numbers:
/// 64-bit integers that no double holds, a large mean with a small spread, sums beyond the range
/// of a double, denormals. Null if there are fewer than two numbers or one is not a number.
/// A standard deviation beyond the range of a double is infinite.
[[nodiscard]] std::optional<Moments> moments(std::span<const Value> numbers);

/// The sum of numbers.
struct Total {
  Total(Value nearest) : number(std::move(nearest)) {}
  Total(Value nearest, std::string exact) : number(std::move(nearest)), digits(std::move(exact)) {}

  Value number;  ///< The nearest one that a Value holds.
  /// The decimal digits of a sum of integers that no Value holds, as it has more than 64 bits; else
  /// empty.
  std::string digits;

  friend bool operator==(const Total&, const Total&) = default;
};

/// A sum of numbers, kept exactly: the order of the numbers does not matter, and nothing cancels or
/// overflows on the way.
class Sum {
 public:
  void add(const Value& number);  ///< Precondition: a number.
  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  /// Exact if the sum is an integer of 64 bits, or if all numbers were integers; else the nearest
  /// double. Nothing if the sum is beyond the range of a double.
  [[nodiscard]] std::optional<Total> total() const;
  /// The mean of what was added: exact if it is an integer of 64 bits, else the nearest double.
  /// Nothing if nothing was added.
  [[nodiscard]] std::optional<Value> average() const;

 private:
  void add_at(std::int64_t significand, unsigned position) noexcept;

  std::int64_t count_ = 0;
  bool integers_alone_ = true;
  /// The sum in units of 2^-1074, the least double, in base 2^32, lowest digit first. Between
  /// carries a digit may have any sign and more than 32 bits.
  std::array<std::int64_t, 67> digits_{};
};

}  // namespace dropzone
