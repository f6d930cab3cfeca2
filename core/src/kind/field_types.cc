#include <dropzone/kind/field_types.h>

#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

Result<void> make_timestamp(Value& operand, const FieldPath& field, const std::string& pointer) {
  const std::string* text = operand.as_string();
  if (!text) return {};
  auto timestamp = parse_timestamp(*text);
  if (!timestamp) {
    return Error{ErrorCode::invalid_filter,
                 "The field \"" + field.dotted() + "\" is a timestamp. " +
                     std::move(timestamp.error().detail),
                 pointer};
  }
  operand = *timestamp;
  return {};
}

Result<void> apply(Filter& filter, const Kind& kind, const std::string& pointer);

Result<void> apply(Condition& condition, const Kind& kind, const std::string& pointer) {
  if (kind.type_of(condition.field.dotted()) != FieldType::timestamp) return {};
  const std::string value_pointer = pointer + "/value";
  Array* elements = condition.operand.as_array();
  if (!elements) return make_timestamp(condition.operand, condition.field, value_pointer);
  for (std::size_t i = 0; i < elements->size(); ++i) {
    auto made = make_timestamp((*elements)[i], condition.field, pointer_to(value_pointer, i));
    if (!made) return made;
  }
  return {};
}

Result<void> apply(std::vector<Filter>& filters, const Kind& kind, const std::string& pointer) {
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (auto applied = apply(filters[i], kind, pointer_to(pointer, i)); !applied) return applied;
  }
  return {};
}

Result<void> apply(Filter::And& conjunction, const Kind& kind, const std::string& pointer) {
  return apply(conjunction.filters, kind, pointer + "/and");
}

Result<void> apply(Filter::Or& disjunction, const Kind& kind, const std::string& pointer) {
  return apply(disjunction.filters, kind, pointer + "/or");
}

Result<void> apply(Filter& filter, const Kind& kind, const std::string& pointer) {
  return std::visit([&](auto& node) { return apply(node, kind, pointer); }, filter.node);
}

}  // namespace

Result<void> apply_field_types(Filter& filter, const Kind& kind) { return apply(filter, kind, {}); }

}  // namespace dropzone
