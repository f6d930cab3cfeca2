#include <dropzone/query/filter.h>

#include <algorithm>
#include <array>
#include <utility>

namespace dropzone {
namespace {

constexpr std::array<std::pair<std::string_view, Operator>, 11> kOperators{{
    {"=", Operator::equal},
    {"!=", Operator::not_equal},
    {"<", Operator::less},
    {"<=", Operator::less_or_equal},
    {">", Operator::greater},
    {">=", Operator::greater_or_equal},
    {"IN", Operator::in},
    {"NOT_IN", Operator::not_in},
    {"EXISTS", Operator::exists},
    {"STARTS_WITH", Operator::starts_with},
    {"==", Operator::equal},
}};

bool is_equal(const Value& left, const Value& right) noexcept {
  return right.is_scalar() && compare_scalars(left, right) == 0;
}

bool starts_with(const Value& scalar, const Value& prefix) noexcept {
  const std::string* const text = scalar.as_string();
  const std::string* const start = prefix.as_string();
  return text && start && text->starts_with(*start);
}

bool is_true(const Value& operand) noexcept {
  return operand.as_boolean() && *operand.as_boolean();
}

bool is_false(const Value& operand) noexcept {
  return operand.as_boolean() && !*operand.as_boolean();
}

bool is_one_of(const Value& scalar, const Value& operands) noexcept {
  const Array* array = operands.as_array();
  return array && std::any_of(array->begin(), array->end(),
                              [&](const Value& operand) { return is_equal(scalar, operand); });
}

}  // namespace

std::string_view operator_name(Operator op) noexcept {
  for (const auto& [name, candidate] : kOperators) {
    if (candidate == op) return name;
  }
  return "";
}

std::optional<Operator> find_operator(std::string_view name) noexcept {
  for (const auto& [candidate, op] : kOperators) {
    if (candidate == name) return op;
  }
  return std::nullopt;
}

bool Filter::selects_all() const noexcept {
  const And* conjunction = std::get_if<And>(&node);
  return conjunction && std::all_of(conjunction->filters.begin(), conjunction->filters.end(),
                                    [](const Filter& filter) { return filter.selects_all(); });
}

bool scalar_matches(const Condition& condition, const Value& scalar) {
  const Value& operand = condition.operand;
  switch (condition.op) {
    case Operator::equal: return is_equal(scalar, operand);
    case Operator::not_equal: return !is_equal(scalar, operand);
    case Operator::in: return is_one_of(scalar, operand);
    case Operator::not_in: return !is_one_of(scalar, operand);
    case Operator::exists: return is_true(operand);
    case Operator::starts_with: return starts_with(scalar, operand);
    default: break;
  }
  if (scalar.value_class() != operand.value_class()) return false;
  const auto ordering = compare_scalars(scalar, operand);
  switch (condition.op) {
    case Operator::less: return ordering < 0;
    case Operator::less_or_equal: return ordering <= 0;
    case Operator::greater: return ordering > 0;
    default: return ordering >= 0;
  }
}

bool matches(const Condition& condition, std::string_view id, const FieldSource& data) {
  if (condition.field.is_id()) return scalar_matches(condition, Value(id));
  return value_matches(condition, data.find(condition.field));
}

bool value_matches(const Condition& condition, const Value* value) {
  const bool asks_for_presence = condition.op == Operator::exists;
  if (!value) return asks_for_presence && is_false(condition.operand);
  if (asks_for_presence) return is_true(condition.operand);
  if (value->is_scalar()) return scalar_matches(condition, *value);
  const Array* array = value->as_array();
  return array && std::any_of(array->begin(), array->end(), [&](const Value& element) {
           return element.is_scalar() && scalar_matches(condition, element);
         });
}

bool matches(const Filter& filter, std::string_view id, const FieldSource& data) {
  const auto matches_one = [&](const Filter& part) { return matches(part, id, data); };
  if (const auto* condition = std::get_if<Condition>(&filter.node)) {
    return matches(*condition, id, data);
  }
  if (const auto* conjunction = std::get_if<Filter::And>(&filter.node)) {
    return std::all_of(conjunction->filters.begin(), conjunction->filters.end(), matches_one);
  }
  const auto& disjunction = std::get<Filter::Or>(filter.node);
  return std::any_of(disjunction.filters.begin(), disjunction.filters.end(), matches_one);
}

bool matches(const Condition& condition, std::string_view id, const Object& data) {
  return matches(condition, id, ObjectFields(data));
}

bool matches(const Filter& filter, std::string_view id, const Object& data) {
  return matches(filter, id, ObjectFields(data));
}

}  // namespace dropzone
