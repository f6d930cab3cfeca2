#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <dropzone/value/value.h>

namespace dropzone {

/// Which part of sorted numbers is below a value, exactly, in units of a billionth.
class Quantile {
 public:
  static constexpr std::int64_t kUnits = 1'000'000'000;

  static constexpr Quantile median() { return Quantile(kUnits / 2); }
  /// Nothing if it is not a number from 0 to 1 with at most nine decimal places.
  static std::optional<Quantile> of(const Value& fraction);

  /// The value at the place (n - 1) times the fraction of sorted numbers, between two of them by
  /// linear interpolation. Exact if it is one of them, or an integer between integers; else a
  /// double that is right to the last bits. Precondition: sorted by compare_scalars(), at least
  /// one, all numbers.
  [[nodiscard]] Value in(std::span<const Value* const> sorted) const;

 private:
  explicit constexpr Quantile(std::int64_t units) : units_(units) {}

  std::int64_t units_;
};

}  // namespace dropzone
