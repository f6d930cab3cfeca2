#include "query/key_range.h"

#include <utility>
#include <vector>

#include <dropzone/text/prefix_end.h>

namespace dropzone::sqlite {
namespace {

constexpr int kClasses = static_cast<int>(ValueClass::array);

// An id is valid without control characters, so nothing lies between it and it with a NUL.
std::string successor(std::string id) { return std::move(id) + '\0'; }

KeyRanges values_equal(const Value& value) {
  if (!value.is_scalar()) return {};
  return KeyRanges({{Bound::before(value), Bound::after(value)}});
}

KeyRanges values_among(const Value& operands) {
  const Array* array = operands.as_array();
  if (!array) return {};
  std::vector<KeyRange> ranges;
  for (const Value& operand : *array) {
    if (operand.is_scalar()) ranges.push_back({Bound::before(operand), Bound::after(operand)});
  }
  return KeyRanges(std::move(ranges));
}

KeyRanges within_class(const Condition& condition) {
  const Value& operand = condition.operand;
  if (!operand.is_scalar()) return {};
  const Bound first = Bound::before_class(operand.value_class());
  const Bound last = Bound::after_class(operand.value_class());
  switch (condition.op) {
    case Operator::less: return KeyRanges({{first, Bound::before(operand)}});
    case Operator::less_or_equal: return KeyRanges({{first, Bound::after(operand)}});
    case Operator::greater: return KeyRanges({{Bound::after(operand), last}});
    default: return KeyRanges({{Bound::before(operand), last}});
  }
}

KeyRanges values_starting_with(const Value& operand) {
  const std::string* const prefix = operand.as_string();
  if (!prefix) return {};
  const auto end = prefix_end(*prefix);
  return KeyRanges({{Bound::before(operand),
                     end ? Bound::before(*end) : Bound::after_class(ValueClass::string)}});
}

}  // namespace

Bound Bound::before_everything() { return {-1, At::before_all, {}, At::before_all, {}}; }

Bound Bound::after_everything() { return {kClasses, At::before_all, {}, At::before_all, {}}; }

Bound Bound::before_class(ValueClass value_class) {
  return {static_cast<int>(value_class), At::before_all, {}, At::before_all, {}};
}

Bound Bound::after_class(ValueClass value_class) {
  return {static_cast<int>(value_class), At::after_all, {}, At::before_all, {}};
}

Bound Bound::before(const Value& value) {
  return {static_cast<int>(value.value_class()), At::at_value, value, At::before_all, {}};
}

Bound Bound::after(const Value& value) {
  return {static_cast<int>(value.value_class()), At::at_value, value, At::after_all, {}};
}

Bound Bound::before(const Value& value, std::string id) {
  return {static_cast<int>(value.value_class()), At::at_value, value, At::at_value, std::move(id)};
}

Bound Bound::after(const Value& value, std::string id) {
  return before(value, successor(std::move(id)));
}

std::strong_ordering operator<=>(const Bound& left, const Bound& right) {
  if (left.value_class != right.value_class) return left.value_class <=> right.value_class;
  if (left.value_at != right.value_at) return left.value_at <=> right.value_at;
  if (left.value_at != Bound::At::at_value) return std::strong_ordering::equal;
  const auto by_value = compare_scalars(left.value, right.value);
  if (by_value != 0) return by_value;
  if (left.id_at != right.id_at) return left.id_at <=> right.id_at;
  return left.id_at == Bound::At::at_value ? left.id.compare(right.id) <=> 0
                                           : std::strong_ordering::equal;
}

KeyRanges ranges_of(const Condition& condition) {
  switch (condition.op) {
    case Operator::equal: return values_equal(condition.operand);
    case Operator::not_equal: return complement(values_equal(condition.operand));
    case Operator::in: return values_among(condition.operand);
    case Operator::not_in: return complement(values_among(condition.operand));
    case Operator::exists:
      return scalar_matches(condition, Value()) ? KeyRanges::everything() : KeyRanges();
    case Operator::starts_with: return values_starting_with(condition.operand);
    default: return within_class(condition);
  }
}

}  // namespace dropzone::sqlite
