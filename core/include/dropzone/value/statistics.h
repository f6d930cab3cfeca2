#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include <dropzone/value/value.h>

namespace dropzone {

struct Moments {
  double mean = 0;
  double stdev = 0;  ///< Of a sample: the sum of squared deviations divided by n - 1.
};

/// Mean and sample standard deviation, each correct to the last few bits whatever the numbers:
/// 64-bit integers that no double holds, a large mean beside a small spread, sums beyond the range
/// of a double, denormals. Null where there are fewer than two numbers or one is no number.
/// A standard deviation beyond the range of a double is infinite.
[[nodiscard]] std::optional<Moments> moments(std::span<const Value> numbers);

/// A sum of numbers, kept exactly: the order of the numbers does not matter, and nothing cancels or
/// overflows on the way.
class Sum {
 public:
  void add(const Value& number);  ///< Precondition: a number.
  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  /// The double nearest to the sum; infinite where the sum is beyond the range of a double.
  [[nodiscard]] double total() const noexcept;
  /// The double nearest to the mean of what was added; null where nothing was.
  [[nodiscard]] std::optional<double> average() const noexcept;

 private:
  void add_at(std::int64_t significand, unsigned position) noexcept;

  std::int64_t count_ = 0;
  /// The sum in units of 2^-1074, the least double, in base 2^32, lowest digit first. Between
  /// carries a digit may have any sign and more than 32 bits.
  std::array<std::int64_t, 67> digits_{};
};

}  // namespace dropzone
