#include "query/condition_ranges.h"

#include <cmath>
#include <utility>

#include <dropzone/text/prefix_end.h>

#include "entity/exact_integers.h"
#include "entity/property_names.h"
#include "rpc/keys.h"

namespace dropzone::datastore {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

bool is_exact_as_double(std::int64_t integer) {
  const auto number = static_cast<double>(integer);
  return number < kTwoTo63 && static_cast<std::int64_t>(number) == integer;
}

// The largest double that is not greater than the integer.
double double_at_most(std::int64_t integer) {
  const auto number = static_cast<double>(integer);
  const bool is_greater = number >= kTwoTo63 || static_cast<std::int64_t>(number) > integer;
  return is_greater ? std::nextafter(number, -kLargestDouble) : number;
}

// The smallest double that is no less than the integer.
double double_at_least(std::int64_t integer) {
  const auto number = static_cast<double>(integer);
  const bool is_less = number < kTwoTo63 && static_cast<std::int64_t>(number) < integer;
  return is_less ? std::nextafter(number, kLargestDouble) : number;
}

bool is_lower(Operator op) { return op == Operator::less || op == Operator::less_or_equal; }
bool is_inclusive(Operator op) {
  return op == Operator::less_or_equal || op == Operator::greater_or_equal;
}

// What of `whole` is on the operator's side of the point.
IndexRange side(const IndexRange& whole, Operator op, IndexPoint point, bool inclusive) {
  const bool is_after = is_lower(op) == inclusive;
  IndexBound bound =
      is_after ? IndexBound::after(std::move(point)) : IndexBound::before(std::move(point));
  IndexRange half;
  (is_lower(op) ? half.high : half.low) = std::move(bound);
  return intersect(whole, half);
}

std::vector<IndexRange> beyond_integer(std::int64_t integer, Operator op) {
  // If the integer is not a double itself, the nearest one on the far side of the comparison
  // bounds it: below 2^53 + 1 is below 2^53 + 2, above it is above 2^53.
  const bool from_above = op == Operator::less || op == Operator::greater_or_equal;
  const double bound = from_above ? double_at_least(integer) : double_at_most(integer);
  return {side(integer_range(), op, IndexPoint::of(integer), is_inclusive(op)),
          side(double_range(), op, IndexPoint::of(bound), is_inclusive(op))};
}

std::vector<IndexRange> beyond_double(double number, Operator op) {
  std::vector<IndexRange> ranges{
      side(double_range(), op, IndexPoint::of(number), is_inclusive(op))};
  // No integer equals such a number.
  if (number >= kTwoTo63 || number < -kTwoTo63) {
    if (is_lower(op) == (number > 0)) ranges.push_back(integer_range());
  } else {
    const auto below = static_cast<std::int64_t>(std::floor(number));
    ranges.push_back(side(integer_range(), op, IndexPoint::of(below), is_lower(op)));
  }
  return ranges;
}

std::vector<IndexRange> beyond_string(const std::string& string, Operator op) {
  if (string.size() <= kMaxIndexedStringBytes) {
    return {side(string_range(), op, IndexPoint::of(std::string_view(string)), is_inclusive(op))};
  }
  // No longer string is indexed. What is greater than it is greater than its beginning; what is
  // less is not greater than that, unless a character is cut in two.
  const std::string_view beginning = field_mark(string);
  const bool is_whole = beginning.size() == kMaxIndexedStringBytes;
  if (is_lower(op) && !is_whole) return {string_range()};
  return {side(string_range(), op, IndexPoint::of(beginning), is_lower(op))};
}

// Several integers from 2^63 on have the same double: of those that do not differ by it, the core
// decides.
std::vector<IndexRange> beyond_unsigned(std::uint64_t integer, Operator op) {
  std::vector<IndexRange> ranges{
      side(double_range(), op, IndexPoint::of(truncated(integer)), true)};
  if (is_lower(op)) ranges.push_back(integer_range());
  return ranges;
}

void note_operand(ConditionRanges& ranges, const Value& operand) {
  ranges.exact = ranges.exact && !operand.as_unsigned();
  ranges.by_integer |= operand.value_class() == ValueClass::number;
  ranges.by_timestamp |= operand.value_class() == ValueClass::timestamp;
}

std::vector<const Value*> operands_of(const Condition& condition) {
  std::vector<const Value*> operands;
  if (condition.op != Operator::in && condition.op != Operator::not_in) {
    operands.push_back(&condition.operand);
  } else if (const Array* const array = condition.operand.as_array()) {
    for (const Value& operand : *array) operands.push_back(&operand);
  }
  return operands;
}

// What of `whole` is from the point on, and before the end if there is one.
IndexRange between(const IndexRange& whole, IndexPoint start,
                   const std::optional<std::string>& end) {
  IndexRange span;
  span.low = IndexBound::before(std::move(start));
  if (end) span.high = IndexBound::before(IndexPoint::of(std::string_view(*end)));
  return intersect(whole, span);
}

ConditionRanges any_of(const Condition& condition) {
  ConditionRanges result;
  std::vector<IndexRange> ranges;
  for (const Value* const operand : operands_of(condition)) {
    note_operand(result, *operand);
    for (const IndexPoint& point : points_of(*operand)) ranges.push_back(range_at(point));
  }
  result.ranges = IndexRanges(std::move(ranges));
  return result;
}

ConditionRanges none_of(const Condition& condition) {
  ConditionRanges result;
  std::vector<IndexRange> left_out;
  for (const Value* const operand : operands_of(condition)) {
    note_operand(result, *operand);
    if (operand->as_unsigned()) continue;  // Others have its double.
    for (const IndexPoint& point : points_of(*operand)) {
      if (point.rank == IndexPoint::Rank::integral) {
        (operand->as_timestamp() ? result.hides_integers : result.hides_timestamps)
            .push_back(point);
      }
      left_out.push_back(range_at(point));
    }
  }
  result.ranges =
      intersect(IndexRanges({scalar_range()}), complement(IndexRanges(std::move(left_out))));
  return result;
}

// Of longer strings, none is indexed; of the longest that are, the prefix alone begins with it.
ConditionRanges starting_with(const Condition& condition) {
  ConditionRanges result;
  const std::string* const prefix = condition.operand.as_string();
  if (!prefix || prefix->size() > kMaxIndexedStringBytes) return result;
  const IndexPoint start = IndexPoint::of(std::string_view(*prefix));
  if (prefix->size() == kMaxIndexedStringBytes) {
    result.ranges = IndexRanges({range_at(start)});
    return result;
  }
  result.ranges = IndexRanges({between(string_range(), start, prefix_end(*prefix))});
  return result;
}

std::vector<IndexPoint> key_points(const Condition& condition) {
  std::vector<IndexPoint> points;
  for (const Value* const operand : operands_of(condition)) {
    const std::string* const id = operand->as_string();
    if (!id || !is_key(*id)) continue;
    const auto number = numeric_key(*id);
    points.push_back(number ? IndexPoint::of(*number) : IndexPoint::of(std::string_view(*id)));
  }
  return points;
}

// Numeric keys show as `__id123__` and sort as such within our order, but not within Datastore's:
// they are taken along.
IndexRanges key_side(const std::string& id, Operator op) {
  if (!is_key(id) || numeric_key(id)) return IndexRanges::everything();
  const IndexRange names = side(IndexRange{}, op, IndexPoint::of(std::string_view(id)), true);
  if (is_lower(op)) return IndexRanges({names});
  const IndexRange numbers{IndexBound::before_everything(), integer_range().high};
  return IndexRanges({numbers, names});
}

// As key_side().
IndexRanges keys_starting_with(const std::string& prefix) {
  const auto end = prefix_end(prefix);
  if (!is_key(prefix) || !end || !is_key(*end)) return IndexRanges::everything();
  const IndexRange numbers{IndexBound::before_everything(), integer_range().high};
  return IndexRanges(
      {numbers, between(IndexRange{}, IndexPoint::of(std::string_view(prefix)), end)});
}

}  // namespace

std::vector<IndexPoint> points_of(const Value& scalar) {
  if (scalar.value_class() == ValueClass::null) return {IndexPoint::null()};
  if (const auto* boolean = scalar.as_boolean()) return {IndexPoint::of(*boolean)};
  if (const auto* timestamp = scalar.as_timestamp()) return {IndexPoint::of(*timestamp)};
  if (const auto* number = scalar.as_double()) return {IndexPoint::of(*number)};
  if (const auto* large = scalar.as_unsigned()) return {IndexPoint::of(truncated(*large))};
  if (const auto* integer = scalar.as_integer()) {
    std::vector<IndexPoint> points{IndexPoint::of(*integer)};
    // Other clients may have stored it as a double.
    if (is_exact_as_double(*integer)) {
      points.push_back(IndexPoint::of(static_cast<double>(*integer)));
    }
    return points;
  }
  const std::string* const string = scalar.as_string();
  if (!string || string->size() > kMaxIndexedStringBytes) return {};
  return {IndexPoint::of(std::string_view(*string))};
}

std::vector<IndexRange> beyond(const Value& scalar, Operator op) {
  if (const auto* integer = scalar.as_integer()) return beyond_integer(*integer, op);
  if (const auto* number = scalar.as_double()) return beyond_double(*number, op);
  if (const auto* large = scalar.as_unsigned()) return beyond_unsigned(*large, op);
  if (const auto* string = scalar.as_string()) return beyond_string(*string, op);
  if (const auto* boolean = scalar.as_boolean()) {
    return {side(boolean_range(), op, IndexPoint::of(*boolean), is_inclusive(op))};
  }
  if (const auto* timestamp = scalar.as_timestamp()) {
    return {side(timestamp_range(), op, IndexPoint::of(*timestamp), is_inclusive(op))};
  }
  if (scalar.value_class() != ValueClass::null || !is_inclusive(op)) return {};
  return {null_range()};
}

ConditionRanges ranges_of(const Condition& condition) {
  switch (condition.op) {
    case Operator::equal:
    case Operator::in: return any_of(condition);
    case Operator::not_equal:
    case Operator::not_in: return none_of(condition);
    case Operator::starts_with: return starting_with(condition);
    default: break;
  }
  ConditionRanges result;
  if (condition.op == Operator::exists) {
    result.everywhere = true;
    result.exact = false;
    return result;
  }
  result.ranges = IndexRanges(beyond(condition.operand, condition.op));
  note_operand(result, condition.operand);
  const std::string* const string = condition.operand.as_string();
  result.exact = result.exact && (!string || string->size() <= kMaxIndexedStringBytes);
  return result;
}

ConditionRanges key_ranges_of(const Condition& condition) {
  ConditionRanges result;
  const std::string* const id = condition.operand.as_string();
  switch (condition.op) {
    case Operator::equal:
    case Operator::in: {
      std::vector<IndexRange> ranges;
      for (const IndexPoint& point : key_points(condition)) {
        ranges.push_back(range_at(point));
      }
      result.ranges = IndexRanges(std::move(ranges));
      return result;
    }
    case Operator::not_equal:
    case Operator::not_in: result.ranges = IndexRanges::everything(); break;
    case Operator::exists:
      if (scalar_matches(condition, Value(""))) result.ranges = IndexRanges::everything();
      return result;
    case Operator::starts_with:
      if (id) result.ranges = keys_starting_with(*id);
      break;
    default: result.ranges = id ? key_side(*id, condition.op) : IndexRanges(); break;
  }
  result.exact = false;
  return result;
}

}  // namespace dropzone::datastore
