#include <dropzone/kind/query_checks.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/query/filter_parser.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

using Reserved = FieldPath::Reserved;

/// What is known of the records that are asked about.
struct Records {
  const KnownFields& known;
  std::string subject;  ///< "The records of the kind \"a\" have"
  bool stored = true;   ///< With `_id` and `_meta`.

  explicit Records(const Kind& kind)
      : known(kind.known_fields()),
        subject("The records of the kind " + in_quotes(kind.name()) + " have") {}
  /// Those that come to a step.
  explicit Records(const KnownFields& before)
      : known(before), subject("Before this step, the record has"), stored(false) {}

  /// The type that a field has in every record that has it; `any` if that is not known.
  [[nodiscard]] FieldType type_of(const FieldPath& field) const {
    if (field.is_id()) return FieldType::string;
    if (field.is_meta_time()) return FieldType::timestamp;
    return known.type_of(field);
  }
};

std::string field_is(const FieldPath& field, FieldType type) {
  return "The field " + in_quotes(field.name()) + " is " + with_article(type_name(type));
}

Error unknown_field(const FieldPath& field, const Records& records, std::string pointer) {
  return {ErrorCode::unknown_field,
          records.subject + " no field " + in_quotes(field.name()) + "." +
              did_you_mean(field.name(), records.known.names()),
          std::move(pointer)};
}

/// Whether the records can have the field, and queries see it.
Result<void> check_field(const FieldPath& field, const Records& records, const std::string& pointer,
                         ErrorCode code) {
  if (field.reserved() != Reserved::none && !records.stored) {
    return Error{
        code, "The field " + in_quotes(field.name()) + " is the server's own; no step can see it.",
        pointer};
  }
  if (field.reserved() == Reserved::other) {
    return Error{code,
                 "The field " + in_quotes(field.name()) +
                     " is the server's own. Of _id, _original and _meta, queries see _id, "
                     "_meta.createdAt and _meta.updatedAt.",
                 pointer};
  }
  if (field.reserved() == Reserved::none && !records.known.can_have(field)) {
    return unknown_field(field, records, pointer);
  }
  return {};
}

Result<Timestamp> parse_moment(const std::string& text) {
  constexpr std::size_t kDateAlone = 10;
  return parse_timestamp(text.size() == kDateAlone ? text + "T00:00:00Z" : text);
}

/// Names a field with a similar name that has values such as the operand, if there is one.
std::string nearest_that_fits(const Value& operand, const FieldPath& field,
                              const Records& records) {
  const std::string* const text = operand.as_string();
  const FieldType type = text && parse_moment(*text) ? FieldType::timestamp : type_of(operand);
  return did_you_mean(field.name(), records.known.names_of(type));
}

Result<void> make_timestamp(Value& operand, const FieldPath& field, const Records& records,
                            const std::string& pointer) {
  const std::string* text = operand.as_string();
  if (!text) return {};
  auto timestamp = parse_moment(*text);
  if (!timestamp) {
    // The error shows the text as sent, also of a date alone.
    Error fault = parse_timestamp(*text).error();
    return Error{ErrorCode::invalid_filter,
                 field_is(field, FieldType::timestamp) + ". " + std::move(fault.detail) +
                     nearest_that_fits(operand, field, records),
                 pointer};
  }
  operand = *timestamp;
  return {};
}

bool is_negation(Operator op) { return op == Operator::not_equal || op == Operator::not_in; }

/// Whether a field of the type can fulfil a comparison with the operand.
Result<void> check_class(const Value& operand, const FieldPath& field, FieldType type,
                         const Records& records, const std::string& pointer) {
  const bool is_any = type == FieldType::any || type == FieldType::array;
  if (is_any || is_of_type(operand, type)) return {};
  return Error{ErrorCode::invalid_filter,
               field_is(field, type) + " in every record that has it; it is never " +
                   with_article(class_name(operand.value_class())) + "." +
                   nearest_that_fits(operand, field, records),
               pointer};
}

Result<void> apply_type(Value& operand, const Condition& condition, FieldType type,
                        const Records& records, const std::string& pointer) {
  if (type == FieldType::timestamp && condition.op != Operator::starts_with) {
    if (auto made = make_timestamp(operand, condition.field, records, pointer); !made) return made;
  }
  // Other classes, too, are unequal to it.
  if (is_negation(condition.op)) return {};
  return check_class(operand, condition.field, type, records, pointer);
}

Result<void> apply(Filter& filter, const Records& records, const std::string& pointer);

Result<void> apply(Condition& condition, const Records& records, const std::string& pointer) {
  const FieldPath& field = condition.field;
  const std::string field_pointer = pointer + "/field";
  if (auto there = check_field(field, records, field_pointer, ErrorCode::invalid_filter); !there) {
    return there;
  }
  if (condition.op == Operator::exists) return {};  // Values of every class exist.
  const FieldType type = records.type_of(field);
  if (type == FieldType::object) {
    return Error{ErrorCode::invalid_filter,
                 field_is(field, type) + ", with which nothing compares; name a field inside it.",
                 field_pointer};
  }
  const std::string value_pointer = pointer + "/value";
  Array* elements = condition.operand.as_array();
  if (!elements) return apply_type(condition.operand, condition, type, records, value_pointer);
  for (std::size_t i = 0; i < elements->size(); ++i) {
    auto applied =
        apply_type((*elements)[i], condition, type, records, pointer_to(value_pointer, i));
    if (!applied) return applied;
  }
  return {};
}

Result<void> apply(std::vector<Filter>& filters, const Records& records,
                   const std::string& pointer) {
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (auto applied = apply(filters[i], records, pointer_to(pointer, i)); !applied) return applied;
  }
  return {};
}

Result<void> apply(Filter::And& conjunction, const Records& records, const std::string& pointer) {
  return apply(conjunction.filters, records, pointer + "/and");
}

Result<void> apply(Filter::Or& disjunction, const Records& records, const std::string& pointer) {
  return apply(disjunction.filters, records, pointer + "/or");
}

Result<void> apply(Filter& filter, const Records& records, const std::string& pointer) {
  return std::visit([&](auto& node) { return apply(node, records, pointer); }, filter.node);
}

Error refused(const FieldPath& field, FieldType type, std::string_view why, std::string pointer) {
  return {ErrorCode::invalid_request, field_is(field, type) + std::string(why), std::move(pointer)};
}

/// Whether records can have these fields, and `refusal` has nothing against what they are.
template <typename Refusal>
Result<void> check_each(const std::vector<FieldPath>& fields, const Kind& kind,
                        const std::string& pointer, const Refusal& refusal) {
  const Records records(kind);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    std::string place = pointer_to(pointer, i);
    DROPZONE_CHECK(check_field(fields[i], records, place, ErrorCode::invalid_request));
    const FieldType type = records.type_of(fields[i]);
    if (const auto why = refusal(fields[i], type)) {
      return refused(fields[i], type, *why, std::move(place));
    }
  }
  return {};
}

}  // namespace

Result<Filter> parse_filter(const Value& filter, const Kind& kind) {
  FilterParser parser;
  Filter parsed = parser.parse(filter);
  if (parser.fault()) return *parser.fault();
  DROPZONE_CHECK(apply_field_types(parsed, kind));
  return parsed;
}

Result<void> apply_field_types(Filter& filter, const Kind& kind) {
  return apply(filter, Records(kind), {});
}

Result<void> apply_field_types(Filter& filter, const KnownFields& before) {
  return apply(filter, Records(before), {});
}

Result<void> check_order(const std::vector<SortKey>& order, const Kind& kind,
                         const std::string& pointer) {
  const Records records(kind);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const FieldPath& field = order[i].field;
    std::string place = pointer_to(pointer, i);
    if (auto there = check_field(field, records, place, ErrorCode::invalid_request); !there) {
      return there;
    }
    const FieldType type = records.type_of(field);
    if (type != FieldType::array && type != FieldType::object) continue;
    return refused(field, type, ", by which nothing can be ordered.", std::move(place));
  }
  return {};
}

Result<void> check_figures(const std::vector<FieldPath>& fields, const Kind& kind,
                           const std::string& pointer) {
  const auto refusal = [&](const FieldPath& field, FieldType type) -> std::optional<std::string> {
    if (type == FieldType::any || type == FieldType::number) return std::nullopt;
    return ", and only numbers are added up." +
           did_you_mean(field.name(), kind.known_fields().names_of(FieldType::number));
  };
  return check_each(fields, kind, pointer, refusal);
}

Result<void> check_extremes(const std::vector<FieldPath>& fields, const Kind& kind,
                            const std::string& pointer) {
  const auto refusal = [](const FieldPath&, FieldType type) -> std::optional<std::string> {
    const bool has_extremes =
        type == FieldType::any || type == FieldType::number || type == FieldType::timestamp;
    if (has_extremes) return std::nullopt;
    return ", and only numbers and timestamps have extremes.";
  };
  return check_each(fields, kind, pointer, refusal);
}

Result<void> check_groups(const std::vector<GroupBy>& groups, const Kind& kind,
                          const std::string& pointer) {
  const Records records(kind);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const FieldPath& field = groups[i].field;
    std::string place = groups.size() == 1 ? pointer : pointer_to(pointer, i);
    if (field.is_id()) {
      return Error{ErrorCode::invalid_request,
                   "Every record has its own \"_id\"; group by another field.", std::move(place)};
    }
    if (auto there = check_field(field, records, place, ErrorCode::invalid_request); !there) {
      return there;
    }
    const FieldType type = records.type_of(field);
    if (type == FieldType::any) continue;
    if (type == FieldType::array || type == FieldType::object) {
      return refused(field, type, ", which has no groups.", std::move(place));
    }
    if (std::holds_alternative<NumberWidth>(groups[i].every) && type != FieldType::number) {
      return refused(field, type, "; \"every\" as a number is for numbers.", std::move(place));
    }
    if (std::holds_alternative<TimeWidth>(groups[i].every) && type != FieldType::timestamp) {
      return refused(field, type, "; \"every\" as a span of time is for timestamps.",
                     std::move(place));
    }
  }
  return {};
}

Result<void> check_shown(const std::vector<FieldPath>& fields, const Kind& kind,
                         const std::string& pointer) {
  if (fields.empty()) return {};
  const Records records(kind);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string place = pointer.empty() ? pointer : pointer_to(pointer, i);
    const FieldPath& field = fields[i];
    if (field.reserved() != Reserved::none && !field.is_id()) {
      return Error{ErrorCode::invalid_request,
                   "The field " + in_quotes(field.name()) +
                       " is the server's own; \"original\" and \"meta\" show these members.",
                   place};
    }
    if (auto there = check_field(field, records, place, ErrorCode::invalid_request); !there) {
      return there;
    }
  }
  return {};
}

}  // namespace dropzone
