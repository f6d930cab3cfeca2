#include "kind/steps/quantile.h"

#include <cmath>

namespace dropzone {
namespace {

__extension__ using WideInteger = __int128;

std::optional<WideInteger> wide_integer(const Value& number) {
  if (const std::int64_t* integer = number.as_integer()) return *integer;
  if (const std::uint64_t* large = number.as_unsigned()) return *large;
  return std::nullopt;
}

/// Nothing if it has more than 64 bits, unlike a number between two of 64 bits.
Value narrow_integer(WideInteger integer) {
  return integer < 0 ? Value(static_cast<std::int64_t>(integer))
                     : Value(static_cast<std::uint64_t>(integer));
}

/// Between two numbers, at so many units of the way from the first.
Value between(const Value& low, const Value& high, std::int64_t units) {
  const auto from = wide_integer(low);
  const auto to = wide_integer(high);
  if (!from || !to) {
    const double way = static_cast<double>(units) / static_cast<double>(Quantile::kUnits);
    return std::lerp(to_double(low), to_double(high), way);
  }
  const WideInteger sum = *from * (Quantile::kUnits - units) + *to * units;
  if (sum % Quantile::kUnits == 0) return narrow_integer(sum / Quantile::kUnits);
  return static_cast<double>(static_cast<long double>(sum) / Quantile::kUnits);
}

}  // namespace

std::optional<Quantile> Quantile::of(const Value& fraction) {
  if (fraction.value_class() != ValueClass::number) return std::nullopt;
  const double number = to_double(fraction);
  if (!(number >= 0 && number <= 1)) return std::nullopt;
  const double units = std::round(number * static_cast<double>(kUnits));
  // The double nearest to a fraction of these units, so the fraction is what was written.
  if (units / static_cast<double>(kUnits) != number) return std::nullopt;
  return Quantile(static_cast<std::int64_t>(units));
}

Value Quantile::in(std::span<const Value* const> sorted) const {
  const WideInteger place = WideInteger{units_} * static_cast<std::int64_t>(sorted.size() - 1);
  const auto index = static_cast<std::size_t>(place / kUnits);
  const auto rest = static_cast<std::int64_t>(place % kUnits);
  return rest == 0 ? *sorted[index] : between(*sorted[index], *sorted[index + 1], rest);
}

}  // namespace dropzone
