#include <dropzone/kind/field_types.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

using Reserved = FieldPath::Reserved;

/// The type that a field has in every record that has it; `any` where that is not known.
FieldType type_of(const FieldPath& field, const Kind& kind) {
  if (field.is_id()) return FieldType::string;
  if (field.is_meta_time()) return FieldType::timestamp;
  return kind.type_of(field);
}

std::string field_is(const FieldPath& field, FieldType type) {
  return "The field " + in_quotes(field.name()) + " is " + with_article(type_name(type));
}

Error unknown_field(const FieldPath& field, const Kind& kind, std::string pointer) {
  const std::vector<std::string> names = kind.known_fields().names();
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return {ErrorCode::unknown_field,
          "The records of the kind " + in_quotes(kind.name()) + " have no field " +
              in_quotes(field.name()) + "." + did_you_mean(field.name(), candidates),
          std::move(pointer)};
}

/// Whether records of the kind can have the field, and queries see it.
Result<void> check_field(const FieldPath& field, const Kind& kind, const std::string& pointer,
                         ErrorCode code) {
  if (field.reserved() == Reserved::other) {
    return Error{code,
                 "The field " + in_quotes(field.name()) +
                     " is the server's own. Of _id, _original and _meta, queries see _id, "
                     "_meta.createdAt and _meta.updatedAt.",
                 pointer};
  }
  if (field.reserved() == Reserved::none && !kind.known_fields().can_have(field)) {
    return unknown_field(field, kind, pointer);
  }
  return {};
}

Result<Timestamp> parse_moment(const std::string& text) {
  constexpr std::size_t kDateAlone = 10;
  return parse_timestamp(text.size() == kDateAlone ? text + "T00:00:00Z" : text);
}

Result<void> make_timestamp(Value& operand, const FieldPath& field, const std::string& pointer) {
  const std::string* text = operand.as_string();
  if (!text) return {};
  auto timestamp = parse_moment(*text);
  if (!timestamp) {
    // Of a date alone, too, the fault is told in what was sent.
    Error fault = parse_timestamp(*text).error();
    return Error{ErrorCode::invalid_filter,
                 field_is(field, FieldType::timestamp) + ". " + std::move(fault.detail), pointer};
  }
  operand = *timestamp;
  return {};
}

bool is_negation(Operator op) { return op == Operator::not_equal || op == Operator::not_in; }

/// Whether a field of the type can fulfil a comparison with the operand.
Result<void> check_class(const Value& operand, const FieldPath& field, FieldType type,
                         const std::string& pointer) {
  const bool is_any = type == FieldType::any || type == FieldType::array;
  if (is_any || is_of_type(operand, type)) return {};
  return Error{ErrorCode::invalid_filter,
               field_is(field, type) + " in every record that has it; it is never " +
                   with_article(class_name(operand.value_class())) + ".",
               pointer};
}

Result<void> apply_type(Value& operand, const Condition& condition, FieldType type,
                        const std::string& pointer) {
  if (type == FieldType::timestamp) {
    if (auto made = make_timestamp(operand, condition.field, pointer); !made) return made;
  }
  // Other classes, too, are unequal to it.
  if (is_negation(condition.op)) return {};
  return check_class(operand, condition.field, type, pointer);
}

Result<void> apply(Filter& filter, const Kind& kind, const std::string& pointer);

Result<void> apply(Condition& condition, const Kind& kind, const std::string& pointer) {
  const FieldPath& field = condition.field;
  const std::string field_pointer = pointer + "/field";
  if (auto there = check_field(field, kind, field_pointer, ErrorCode::invalid_filter); !there) {
    return there;
  }
  const FieldType type = type_of(field, kind);
  if (type == FieldType::object) {
    return Error{ErrorCode::invalid_filter,
                 field_is(field, type) + ", with which nothing compares; name a field inside it.",
                 field_pointer};
  }
  const std::string value_pointer = pointer + "/value";
  Array* elements = condition.operand.as_array();
  if (!elements) return apply_type(condition.operand, condition, type, value_pointer);
  for (std::size_t i = 0; i < elements->size(); ++i) {
    auto applied = apply_type((*elements)[i], condition, type, pointer_to(value_pointer, i));
    if (!applied) return applied;
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

Error refused(const FieldPath& field, FieldType type, std::string_view why, std::string pointer) {
  return {ErrorCode::invalid_request, field_is(field, type) + std::string(why), std::move(pointer)};
}

}  // namespace

Result<void> apply_field_types(Filter& filter, const Kind& kind) { return apply(filter, kind, {}); }

Result<void> check_order(const std::vector<SortKey>& order, const Kind& kind,
                         const std::string& pointer) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    const FieldPath& field = order[i].field;
    std::string place = pointer_to(pointer, i);
    if (auto there = check_field(field, kind, place, ErrorCode::invalid_request); !there) {
      return there;
    }
    const FieldType type = type_of(field, kind);
    if (type != FieldType::array && type != FieldType::object) continue;
    return refused(field, type, ", by which nothing can be ordered.", std::move(place));
  }
  return {};
}

Result<void> check_figures(const std::vector<FieldPath>& fields, const Kind& kind,
                           const std::string& pointer) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::string place = pointer_to(pointer, i);
    if (auto there = check_field(fields[i], kind, place, ErrorCode::invalid_request); !there) {
      return there;
    }
    const FieldType type = type_of(fields[i], kind);
    if (type == FieldType::any || type == FieldType::number) continue;
    return refused(fields[i], type, ", and only numbers are added up.", std::move(place));
  }
  return {};
}

Result<void> check_shown(const std::vector<FieldPath>& fields, const Kind& kind,
                         const std::string& pointer) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string place = pointer.empty() ? pointer : pointer_to(pointer, i);
    const FieldPath& field = fields[i];
    if (field.reserved() != Reserved::none && !field.is_id()) {
      return Error{ErrorCode::invalid_request,
                   "The field " + in_quotes(field.name()) +
                       " is the server's own; \"original\" and \"meta\" show these members.",
                   place};
    }
    if (auto there = check_field(field, kind, place, ErrorCode::invalid_request); !there) {
      return there;
    }
  }
  return {};
}

}  // namespace dropzone
