#include <dropzone/query/filter_parser.h>

#include <algorithm>
#include <utility>
#include <vector>

#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/text/with_article.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

constexpr std::string_view kFilterMembers[] = {"field", "operator", "value", "and", "or"};
constexpr std::string_view kConditionMembers[] = {"field", "operator", "value"};
constexpr std::string_view kOperatorNames[] = {"=",  "!=", "<",      "<=",     ">",
                                               ">=", "IN", "NOT_IN", "EXISTS", "STARTS_WITH"};

std::string class_noun(const Value& value) { return with_article(class_name(value.value_class())); }

bool compares_with_list(Operator op) { return op == Operator::in || op == Operator::not_in; }

std::string unknown_operator(std::string_view name) {
  std::string detail = "There is no operator " + in_quotes(name) +
                       ";"
                       " there are";
  for (const std::string_view known : kOperatorNames) {
    detail += known == kOperatorNames[0] ? " " : ", ";
    detail += known;
  }
  return detail + '.' + did_you_mean(name, kOperatorNames);
}

// What is wrong with the operand as a whole.
std::optional<std::string> operand_fault(Operator op, const Value& operand) {
  const std::string subject = "The operator " + std::string(operator_name(op));
  const auto takes = [&](std::string_view what, bool is_taken) -> std::optional<std::string> {
    if (is_taken) return std::nullopt;
    return subject + " takes " + std::string(what) + ", not " + class_noun(operand) + ".";
  };
  switch (op) {
    case Operator::in:
    case Operator::not_in: return takes("an array", operand.as_array() != nullptr);
    case Operator::exists: return takes("true or false", operand.as_boolean() != nullptr);
    case Operator::starts_with: return takes("a string", operand.as_string() != nullptr);
    default: break;
  }
  if (operand.is_scalar()) return std::nullopt;
  return subject + " compares with a string, number, boolean or null, not with " +
         class_noun(operand) + ".";
}

/// The nearest member, or what a filter looks like.
std::string meant_by(std::string_view name) {
  std::string nearest = did_you_mean(name, kFilterMembers);
  if (!nearest.empty()) return nearest;
  return " A condition is {\"field\": \"a\", \"operator\": \"=\", \"value\": 1}; \"and\" and "
         "\"or\" take a list of them.";
}

}  // namespace

Filter FilterParser::parse(const Value& value) {
  const Object* object = value.as_object();
  return object && object->empty() ? Filter::all() : parse_nested(value, {});
}

Filter FilterParser::parse_body(const Object& body) {
  const bool selects_all = std::ranges::none_of(
      kFilterMembers, [&](std::string_view name) { return body.find(name) != nullptr; });
  return selects_all ? Filter::all() : parse_node(body, {});
}

bool FilterParser::check_members(const Object& object, const std::string& pointer) {
  for (const Member& member : object.members()) {
    if (std::ranges::find(kFilterMembers, member.name) != std::end(kFilterMembers)) continue;
    refuse(pointer_to(pointer, member.name),
           "A filter has no member " + in_quotes(member.name) + "." + meant_by(member.name),
           ErrorCode::unknown_member);
    return false;
  }
  return true;
}

Filter FilterParser::parse_nested(const Value& value, const std::string& pointer) {
  const Object* object = value.as_object();
  if (!object) {
    refuse(pointer, "A filter must be an object, not " + class_noun(value) + ".");
    return {};
  }
  if (object->empty()) {
    refuse(pointer, "A filter within another needs \"field\", \"and\" or \"or\".");
    return {};
  }
  return check_members(*object, pointer) ? parse_node(*object, pointer) : Filter{};
}

Filter FilterParser::parse_node(const Object& object, const std::string& pointer) {
  const Value* conjunction = object.find("and");
  const Value* disjunction = object.find("or");
  const bool has_condition = std::ranges::any_of(
      kConditionMembers, [&](std::string_view name) { return object.find(name) != nullptr; });
  if (int{has_condition} + int{conjunction != nullptr} + int{disjunction != nullptr} > 1) {
    refuse(pointer, "A filter is a condition, or \"and\", or \"or\": nest them to join them.");
    return {};
  }
  if (conjunction) return {Filter::And{parse_list(*conjunction, pointer_to(pointer, "and"))}};
  if (disjunction) return {Filter::Or{parse_list(*disjunction, pointer_to(pointer, "or"))}};
  return {parse_condition(object, pointer)};
}

std::vector<Filter> FilterParser::parse_list(const Value& list, const std::string& pointer) {
  std::vector<Filter> filters;
  const Array* array = list.as_array();
  if (!array || array->empty()) {
    refuse(pointer, "\"and\" and \"or\" take an array of one or more filters.");
    return filters;
  }
  if (++depth_ > kMaxFilterDepth) {
    refuse(pointer, "A filter may have at most " + std::to_string(kMaxFilterDepth) +
                        " levels of \"and\" and \"or\".");
  }
  for (std::size_t i = 0; i < array->size() && !fault_; ++i) {
    filters.push_back(parse_nested((*array)[i], pointer_to(pointer, i)));
  }
  --depth_;
  return filters;
}

Condition FilterParser::parse_condition(const Object& object, const std::string& pointer) {
  for (const std::string_view name : kConditionMembers) {
    if (object.find(name)) continue;
    refuse(pointer, "A condition needs " + in_quotes(name) + ".");
    return {};
  }
  if (++conditions_ > kMaxFilterConditions) {
    refuse(pointer,
           "A filter may have at most " + std::to_string(kMaxFilterConditions) + " conditions.");
  }
  Condition condition;
  condition.field = parse_field(*object.find("field"), pointer_to(pointer, "field"));
  condition.op = parse_operator(*object.find("operator"), pointer_to(pointer, "operator"));
  condition.operand = *object.find("value");
  check_operand(condition.op, condition.operand, pointer_to(pointer, "value"));
  return condition;
}

FieldPath FilterParser::parse_field(const Value& value, std::string pointer) {
  const std::string* dotted = value.as_string();
  if (!dotted) {
    refuse(std::move(pointer), "\"field\" must be a string, not " + class_noun(value) + ".");
    return {};
  }
  auto field = FieldPath::parse(*dotted);
  if (field) return *std::move(field);
  refuse(std::move(pointer), std::move(field.error().detail));
  return {};
}

Operator FilterParser::parse_operator(const Value& value, std::string pointer) {
  const std::string* name = value.as_string();
  if (!name) {
    refuse(std::move(pointer), "\"operator\" must be a string, not " + class_noun(value) + ".");
    return Operator::equal;
  }
  const auto op = find_operator(*name);
  if (!op) refuse(std::move(pointer), unknown_operator(*name));
  return op.value_or(Operator::equal);
}

void FilterParser::check_operand(Operator op, const Value& operand, const std::string& pointer) {
  if (auto fault = operand_fault(op, operand)) return refuse(pointer, *std::move(fault));
  if (compares_with_list(op)) check_list(*operand.as_array(), pointer);
}

void FilterParser::check_list(const Array& list, const std::string& pointer) {
  operands_ += list.size();
  if (operands_ > kMaxFilterOperands) {
    return refuse(pointer, "The lists of IN and NOT_IN may have at most " +
                               std::to_string(kMaxFilterOperands) + " elements in all.");
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].is_scalar()) continue;
    return refuse(
        pointer_to(pointer, i),
        "A list holds strings, numbers, booleans and nulls, not " + class_noun(list[i]) + ".");
  }
}

void FilterParser::refuse(std::string pointer, std::string detail, ErrorCode code) {
  if (!fault_) fault_ = {code, std::move(detail), std::move(pointer), {}};
}

}  // namespace dropzone
