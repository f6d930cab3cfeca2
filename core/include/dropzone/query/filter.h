#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <dropzone/value/field_path.h>
#include <dropzone/value/field_source.h>
#include <dropzone/value/value.h>

namespace dropzone {

enum class Operator : std::uint8_t {
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  in,
  not_in,
  exists,
  starts_with,
};

/// "=", "!=", "<", "<=", ">", ">=", "IN", "NOT_IN", "EXISTS", "STARTS_WITH".
[[nodiscard]] std::string_view operator_name(Operator op) noexcept;
/// The operator of that name; "==" is "=".
[[nodiscard]] std::optional<Operator> find_operator(std::string_view name) noexcept;

/// One comparison of a field with an operand: a scalar, or an array of scalars for IN and NOT_IN, a
/// boolean for EXISTS and a string for STARTS_WITH.
struct Condition {
  FieldPath field;
  Operator op = Operator::equal;
  Value operand;

  friend bool operator==(const Condition&, const Condition&) = default;
};

/// The condition under which a record is selected: a condition, or a conjunction or disjunction of
/// filters. An empty conjunction selects every record; an empty disjunction selects none.
///
/// Example:
///
///     const Filter warm{Condition{*FieldPath::parse("celsius"), Operator::greater, 20}};
///     const Filter here{Condition{*FieldPath::parse("city"), Operator::equal, "Bonn"}};
///     const Filter both{Filter::And{{warm, here}}};
///     const bool selected = matches(both, "first", Object{{"celsius", 21.5}, {"city", "Bonn"}});
struct Filter {
  struct And {
    std::vector<Filter> filters;
    friend bool operator==(const And&, const And&) = default;
  };
  struct Or {
    std::vector<Filter> filters;
    friend bool operator==(const Or&, const Or&) = default;
  };
  std::variant<And, Or, Condition> node;

  [[nodiscard]] static Filter all() { return {}; }
  [[nodiscard]] bool selects_all() const noexcept;

  friend bool operator==(const Filter&, const Filter&) = default;
};

/// The reference semantics of filters, which every repository reproduces (a FilterMatcher does so
/// for many records):
/// - `=`, `<`, `<=`, `>`, `>=` and IN compare only within a class of values. `!=` and NOT_IN are
///   their negation and hold across classes. Null equals null, so `<=` and `>=` hold for it, too.
/// - STARTS_WITH holds for strings that begin with the operand's bytes.
/// - EXISTS true holds if the record has the field, with any value; EXISTS false if it lacks it.
/// - A missing field matches nothing else, not even `!=`.
/// - On an array all others hold if one of its scalar elements fulfils them.
/// - An object matches nothing but EXISTS true, and neither does an array inside an array.
[[nodiscard]] bool matches(const Filter& filter, std::string_view id, const FieldSource& data);
[[nodiscard]] bool matches(const Condition& condition, std::string_view id,
                           const FieldSource& data);
[[nodiscard]] bool matches(const Filter& filter, std::string_view id, const Object& data);
[[nodiscard]] bool matches(const Condition& condition, std::string_view id, const Object& data);
/// Whether the condition's operator and operand hold for a field with this value, or without one if
/// it is null. The field is not considered.
[[nodiscard]] bool value_matches(const Condition& condition, const Value* value);
/// Whether a single scalar fulfils the condition's operator and operand.
[[nodiscard]] bool scalar_matches(const Condition& condition, const Value& scalar);

}  // namespace dropzone
