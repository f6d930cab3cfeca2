#include <dropzone/query/cursor_codec.h>

#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

// Timestamps and strings can look alike as JSON; their classes tell them apart.
void append_operand(std::string& out, const Value& operand) {
  if (const Array* array = operand.as_array()) {
    out += '[';
    for (const Value& element : *array) append_operand(out, element);
    out += ']';
    return;
  }
  out += class_name(operand.value_class());
  append_json(out, operand);
}

void append_filter(std::string& out, const Filter& filter) {
  const auto append_all = [&](std::string_view name, const std::vector<Filter>& filters) {
    out += name;
    out += '(';
    for (const Filter& part : filters) append_filter(out, part);
    out += ')';
  };
  if (const auto* condition = std::get_if<Condition>(&filter.node)) {
    append_json_string(out, condition->field.name());
    out += operator_name(condition->op);
    append_operand(out, condition->operand);
  } else if (const auto* conjunction = std::get_if<Filter::And>(&filter.node)) {
    append_all("and", conjunction->filters);
  } else {
    append_all("or", std::get<Filter::Or>(filter.node).filters);
  }
}

}  // namespace

std::string query_identity(const Query& query) {
  std::string out;
  append_json_string(out, query.kind);
  append_filter(out, query.filter);
  for (const SortKey& key : query.order) {
    out += key.descending ? '-' : '+';
    append_json_string(out, key.field.name());
  }
  return out;
}

}  // namespace dropzone
