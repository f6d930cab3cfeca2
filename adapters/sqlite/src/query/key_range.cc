#include "query/key_range.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <dropzone/text/prefix_end.h>

namespace dropzone::sqlite {
namespace {

constexpr int kClasses = static_cast<int>(ValueClass::array);

// An id is valid without control characters, so nothing lies between it and it with a NUL.
std::string successor(std::string id) { return std::move(id) + '\0'; }

KeyRanges values_equal(const Value& value) {
  if (!value.is_scalar()) return {};
  return {{Bound::before(value), Bound::after(value)}};
}

KeyRanges values_among(const Value& operands) {
  KeyRanges ranges;
  const Array* array = operands.as_array();
  if (!array) return ranges;
  for (const Value& operand : *array)
    std::ranges::move(values_equal(operand), std::back_inserter(ranges));
  return united(std::move(ranges));
}

KeyRanges within_class(const Condition& condition) {
  const Value& operand = condition.operand;
  if (!operand.is_scalar()) return {};
  const Bound first = Bound::before_class(operand.value_class());
  const Bound last = Bound::after_class(operand.value_class());
  switch (condition.op) {
    case Operator::less: return {{first, Bound::before(operand)}};
    case Operator::less_or_equal: return {{first, Bound::after(operand)}};
    case Operator::greater: return {{Bound::after(operand), last}};
    default: return {{Bound::before(operand), last}};
  }
}

KeyRanges values_starting_with(const Value& operand) {
  const std::string* const prefix = operand.as_string();
  if (!prefix) return {};
  const auto end = prefix_end(*prefix);
  return {
      {Bound::before(operand), end ? Bound::before(*end) : Bound::after_class(ValueClass::string)}};
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
    case Operator::exists: return scalar_matches(condition, Value()) ? complement({}) : KeyRanges();
    case Operator::starts_with: return values_starting_with(condition.operand);
    default: {
      KeyRanges ranges = within_class(condition);
      std::erase_if(ranges, [](const KeyRange& range) { return range.empty(); });
      return ranges;
    }
  }
}

KeyRanges united(std::vector<KeyRange> parts) {
  std::erase_if(parts, [](const KeyRange& range) { return range.empty(); });
  std::ranges::sort(parts, {}, &KeyRange::low);
  KeyRanges ranges;
  for (KeyRange& range : parts) {
    if (ranges.empty() || ranges.back().high < range.low) {
      ranges.push_back(std::move(range));
    } else if (ranges.back().high < range.high) {
      ranges.back().high = std::move(range.high);
    }
  }
  return ranges;
}

KeyRanges intersected(const KeyRanges& left, const KeyRanges& right) {
  KeyRanges ranges;
  auto a = left.begin();
  auto b = right.begin();
  while (a != left.end() && b != right.end()) {
    KeyRange both{std::max(a->low, b->low), std::min(a->high, b->high)};
    if (!both.empty()) ranges.push_back(std::move(both));
    if (a->high < b->high) {
      ++a;
    } else {
      ++b;
    }
  }
  return ranges;
}

// Two by two, so that no range is looked at more often than the logarithm of how many sets there
// are.
KeyRanges intersected(std::vector<KeyRanges> all) {
  if (all.empty()) return complement({});
  while (all.size() > 1) {
    std::vector<KeyRanges> pairs;
    for (std::size_t i = 0; i + 1 < all.size(); i += 2) {
      pairs.push_back(intersected(all[i], all[i + 1]));
    }
    if (all.size() % 2 != 0) pairs.push_back(std::move(all.back()));
    all = std::move(pairs);
  }
  return std::move(all.front());
}

KeyRanges complement(const KeyRanges& ranges) {
  KeyRanges gaps;
  Bound low = Bound::before_everything();
  const auto add_gap_up_to = [&](const Bound& high) {
    if (low < high) gaps.push_back({low, high});
  };
  for (const KeyRange& range : ranges) {
    add_gap_up_to(range.low);
    low = range.high;
  }
  add_gap_up_to(Bound::after_everything());
  return gaps;
}

}  // namespace dropzone::sqlite
