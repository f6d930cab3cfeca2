#include "schema_validator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>
#include <utility>

#include <dropzone/call/call_options.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/with_article.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/json_text.h>

#include "json_equality.h"
#include "multiple_of.h"

namespace dropzone {
namespace {

/// Schemas inside each other that one value may be held to, so that the stack is bounded.
constexpr std::size_t kDeepest = 1'000;

std::string shown(const Value& value) {
  constexpr std::size_t kShown = 100;
  const std::string text = to_json(value);
  return text.size() <= kShown ? text : in_quotes(text);
}

bool is_integer(const Value& number) {
  const double* real = number.as_double();
  return !real || std::floor(*real) == *real;
}

unsigned type_of_json(const Value& value) {
  switch (value.value_class()) {
    case ValueClass::null: return SchemaNode::null;
    case ValueClass::boolean: return SchemaNode::boolean;
    case ValueClass::number:
      return SchemaNode::number | (is_integer(value) ? SchemaNode::integer : 0U);
    case ValueClass::array: return SchemaNode::array;
    case ValueClass::object: return SchemaNode::object;
    default: return SchemaNode::string;
  }
}

std::string names_of_types(unsigned types) {
  constexpr std::array<std::string_view, 7> kNames{"null",   "boolean", "integer", "number",
                                                   "string", "array",   "object"};
  std::string names;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if ((types >> i & 1U) == 0) continue;
    const std::string_view article = kNames[i] == "integer" ? "an integer" : "";
    names += (names.empty() ? "" : " or ") +
             (article.empty() ? with_article(kNames[i]) : std::string(article));
  }
  return names;
}

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

bool SchemaValidator::validate(const SchemaNode& schema, const Value& value) {
  return fits(schema, value) && !stopped_;
}

bool SchemaValidator::refuse(std::string detail) {
  if (quiet_) return false;
  ++fault_count_;
  if (faults_.size() == kMostFaults) return false;
  std::string pointer;
  for (const Token& token : path_) {
    append_pointer(pointer, token.name ? *token.name : std::to_string(token.index));
  }
  faults_.push_back({std::move(pointer), std::move(detail)});
  return false;
}

// Counts work, and stops if the time is up.
bool SchemaValidator::work(std::size_t units) {
  if (!stopped_ && allowance_.is_over(units)) stopped_ = deadline_exceeded();
  return !stopped_;
}

bool SchemaValidator::matches(const Pattern& pattern, std::string_view text) {
  std::array<std::string_view, 1> match;
  const auto found = pattern.search(text, 0, match, allowance_);
  if (found) return *found;
  if (!stopped_) stopped_ = found.error();
  return false;
}

bool SchemaValidator::fits(const SchemaNode& node, const Value& value) {
  if (!work(1)) return false;
  if (depth_ == kDeepest) {
    stopped_ = Error{ErrorCode::step_failed, "The value is nested too deeply for the schema."};
    return false;
  }
  ++depth_;
  const bool does = value.as_timestamp() ? fits_node(node, format_timestamp(*value.as_timestamp()))
                                         : fits_node(node, value);
  --depth_;
  return does;
}

bool SchemaValidator::fits_quietly(const SchemaNode& node, const Value& value) {
  const bool was_quiet = std::exchange(quiet_, true);
  const bool does = fits(node, value);
  quiet_ = was_quiet;
  return does;
}

bool SchemaValidator::fits_inside(const SchemaNode& node, const Value& value, Token token) {
  path_.push_back(token);
  const bool does = fits(node, value);
  path_.pop_back();
  return does;
}

bool SchemaValidator::fits_node(const SchemaNode& node, const Value& value) {
  if (node.reference) return fits(*node.reference, value);
  if (node.is_false) return refuse("must not be there");
  if (!fits_type(node, value)) return false;
  bool does = fits_values(node, value);
  if (may_go_on(does)) does &= fits_class(node, value);
  if (may_go_on(does)) does &= fits_combinations(node, value);
  return does;
}

bool SchemaValidator::fits_type(const SchemaNode& node, const Value& value) {
  if (node.types == 0 || (node.types & type_of_json(value)) != 0) return true;
  return refuse("must be " + names_of_types(node.types) + ", not " +
                (value.value_class() == ValueClass::number
                     ? shown(value)
                     : with_article(class_name(value.value_class()))));
}

bool SchemaValidator::fits_values(const SchemaNode& node, const Value& value) {
  if (!node.has_values) return true;
  for (const Value& one : node.values) {
    if (!work(1)) return false;
    if (is_equal_json(one, value)) return true;
  }
  if (node.values.size() == 1) return refuse("must be " + shown(node.values.front()));
  return refuse("must be one of " + shown(node.values));
}

bool SchemaValidator::fits_class(const SchemaNode& node, const Value& value) {
  if (const std::string* text = value.as_string()) return fits_string(node, *text);
  if (const Array* array = value.as_array()) return fits_array(node, *array);
  if (value.as_object()) return fits_object(node, value);
  return value.value_class() != ValueClass::number || fits_number(node, value);
}

bool SchemaValidator::fits_number(const SchemaNode& node, const Value& number) {
  bool does = true;
  const auto limit = [&](const std::optional<Value>& bound, std::string_view words, auto holds) {
    if (!bound || holds(compare_scalars(number, *bound))) return;
    does = refuse("must be " + std::string(words) + ' ' + shown(*bound));
  };
  limit(node.minimum, "at least", [](auto order) { return order >= 0; });
  limit(node.maximum, "at most", [](auto order) { return order <= 0; });
  limit(node.above, "above", [](auto order) { return order > 0; });
  limit(node.below, "below", [](auto order) { return order < 0; });
  if (node.multiple_of && !is_multiple_of(number, *node.multiple_of)) {
    does = refuse("must be a multiple of " + shown(*node.multiple_of));
  }
  return does;
}

bool SchemaValidator::is_within(std::size_t count, const std::optional<std::uint64_t>& least,
                                const std::optional<std::uint64_t>& most, std::string_view what) {
  if (least && count < *least) {
    return refuse("must have " + std::to_string(*least) + ' ' + std::string(what) +
                  " or more; it has " + std::to_string(count));
  }
  if (most && count > *most) {
    return refuse("must have at most " + std::to_string(*most) + ' ' + std::string(what) +
                  "; it has " + std::to_string(count));
  }
  return true;
}

bool SchemaValidator::fits_string(const SchemaNode& node, const std::string& text) {
  bool does = true;
  if (node.min_length || node.max_length) {
    does = is_within(character_count(text), node.min_length, node.max_length, "characters");
  }
  if (node.pattern && may_go_on(does) && !matches(*node.pattern, text)) {
    does = refuse("must match the schema's pattern");
  }
  return does;
}

bool SchemaValidator::fits_array(const SchemaNode& node, const Array& array) {
  bool does = is_within(array.size(), node.min_items, node.max_items, "elements");
  if (may_go_on(does)) does &= fits_items(node, array);
  if (node.unique_items && may_go_on(does)) {
    std::unordered_set<std::string> seen;
    const bool are_unique = std::ranges::all_of(array, [&](const Value& element) {
      return work(1) && seen.insert(equality_key(element)).second;
    });
    if (!are_unique) does = refuse("must not have the same element twice");
  }
  if (node.contains && may_go_on(does)) {
    const bool contains = std::ranges::any_of(
        array, [&](const Value& element) { return fits_quietly(*node.contains, element); });
    if (!contains) does = refuse("must have an element that fits the schema in \"contains\"");
  }
  return does;
}

bool SchemaValidator::fits_items(const SchemaNode& node, const Array& array) {
  bool does = true;
  for (std::size_t i = 0; i < array.size() && may_go_on(does); ++i) {
    Ref schema = node.items;
    if (!node.tuple.empty()) schema = i < node.tuple.size() ? node.tuple[i] : node.additional_items;
    if (schema) does &= fits_inside(*schema, array[i], {nullptr, i});
  }
  return does;
}

bool SchemaValidator::fits_object(const SchemaNode& node, const Value& value) {
  const Object& object = *value.as_object();
  bool does = is_within(object.size(), node.min_properties, node.max_properties, "members");
  if (may_go_on(does)) does &= has_required(node.required, object);
  const bool has_members =
      !node.properties.empty() || !node.pattern_properties.empty() || node.additional_properties;
  if (has_members) {
    for (const Member& member : object.members()) {
      if (!may_go_on(does)) break;
      does &= fits_member(node, member);
    }
  }
  if (node.property_names && may_go_on(does)) does &= fits_names(node, object);
  if (may_go_on(does)) does &= fits_dependencies(node, value);
  return does;
}

bool SchemaValidator::has_required(const std::vector<std::string>& names, const Object& object) {
  bool does = true;
  for (const std::string& name : names) {
    if (!may_go_on(does) || !work(1 + object.size() / 8)) break;
    if (!object.find(name)) does = refuse("lacks the member " + in_quotes(name));
  }
  return does;
}

bool SchemaValidator::fits_member(const SchemaNode& node, const Member& member) {
  bool does = true;
  bool is_named = false;
  const Token token{&member.name, 0};
  const auto named = std::ranges::lower_bound(
      node.properties, member.name, {},
      [](const auto& property) -> const std::string& { return property.first; });
  if (named != node.properties.end() && named->first == member.name) {
    is_named = true;
    does = fits_inside(*named->second, member.value, token);
  }
  for (const auto& property : node.pattern_properties) {
    if (!may_go_on(does)) return does;
    if (!matches(property.pattern, member.name)) continue;
    is_named = true;
    does &= fits_inside(*property.schema, member.value, token);
  }
  if (!is_named && node.additional_properties) {
    does &= fits_inside(*node.additional_properties, member.value, token);
  }
  return does;
}

bool SchemaValidator::fits_names(const SchemaNode& node, const Object& object) {
  bool does = true;
  for (const Member& member : object.members()) {
    if (!may_go_on(does)) break;
    if (!fits_quietly(*node.property_names, member.name)) {
      does = refuse("must not have a member of the name " + in_quotes(member.name));
    }
  }
  return does;
}

bool SchemaValidator::fits_dependencies(const SchemaNode& node, const Value& value) {
  const Object& object = *value.as_object();
  bool does = true;
  for (const auto& dependency : node.dependencies) {
    if (!may_go_on(does) || !work(1 + object.size() / 8)) break;
    if (!object.find(dependency.name)) continue;
    does &= has_required(dependency.required, object);
    if (dependency.schema && may_go_on(does)) does &= fits(*dependency.schema, value);
  }
  return does;
}

bool SchemaValidator::fits_combinations(const SchemaNode& node, const Value& value) {
  bool does = true;
  for (const Ref schema : node.all_of) {
    if (may_go_on(does)) does &= fits(*schema, value);
  }
  if (may_go_on(does)) does &= fits_some(node, value);
  if (node.negated && may_go_on(does) && fits_quietly(*node.negated, value)) {
    does = refuse("must not fit the schema in \"not\"");
  }
  if (node.condition && may_go_on(does)) {
    const Ref then = fits_quietly(*node.condition, value) ? node.then : node.otherwise;
    if (then && may_go_on(does)) does &= fits(*then, value);
  }
  return does;
}

bool SchemaValidator::fits_some(const SchemaNode& node, const Value& value) {
  const auto is_fit = [&](Ref schema) { return fits_quietly(*schema, value); };
  bool does = true;
  if (!node.any_of.empty() && std::ranges::none_of(node.any_of, is_fit)) {
    does = refuse("must fit one of the schemas in \"anyOf\"");
  }
  if (node.one_of.empty() || !may_go_on(does)) return does;
  const auto fitting = std::ranges::count_if(node.one_of, is_fit);
  if (fitting == 1) return does;
  return refuse("must fit exactly one of the schemas in \"oneOf\"; it fits " +
                std::to_string(fitting));
}

}  // namespace dropzone
