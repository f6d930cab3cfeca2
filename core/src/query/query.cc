#include <dropzone/query/query.h>

#include <algorithm>
#include <set>

#include <dropzone/value/extent.h>

namespace dropzone {
namespace {

bool condition_names_meta_time(const Filter& filter) {
  if (const auto* condition = std::get_if<Condition>(&filter.node)) {
    return condition->field.is_meta_time();
  }
  const auto* conjunction = std::get_if<Filter::And>(&filter.node);
  const auto& parts =
      conjunction ? conjunction->filters : std::get<Filter::Or>(filter.node).filters;
  return std::ranges::any_of(parts, condition_names_meta_time);
}

}  // namespace

bool names_meta_time(const Filter& filter, const std::vector<SortKey>& order) {
  return condition_names_meta_time(filter) ||
         std::ranges::any_of(order, [](const SortKey& key) { return key.field.is_meta_time(); });
}

bool AggregateQuery::counts_alone() const noexcept {
  return sums.empty() && averages.empty() && minima.empty() && maxima.empty() && groups.empty();
}

std::vector<FieldPath> AggregateQuery::fields() const {
  std::set<FieldPath> fields;
  for (const auto* list : {&sums, &averages, &minima, &maxima}) {
    fields.insert(list->begin(), list->end());
  }
  for (const GroupBy& group : groups) fields.insert(group.field);
  return {fields.begin(), fields.end()};
}

bool names_meta_time(const AggregateQuery& query) {
  return condition_names_meta_time(query.filter) ||
         std::ranges::any_of(query.fields(), &FieldPath::is_meta_time);
}

std::size_t bytes_of(const Position& position) noexcept {
  std::size_t bytes = sizeof position + heap_bytes(position.id.size());
  for (const Value& value : position.sort_values) bytes += extent_of(value).bytes;
  return bytes;
}

std::optional<std::vector<Value>> sort_values(const std::vector<SortKey>& order,
                                              std::string_view id, const FieldSource& data) {
  std::vector<Value> values;
  values.reserve(order.size());
  for (const SortKey& key : order) {
    if (key.field.is_id()) {
      values.emplace_back(id);
      continue;
    }
    const Value* value = data.find(key.field);
    if (!value || !value->is_scalar()) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

std::optional<std::vector<Value>> sort_values(const std::vector<SortKey>& order,
                                              std::string_view id, const Object& data) {
  return sort_values(order, id, ObjectFields(data));
}

std::strong_ordering compare_positions(const std::vector<SortKey>& order, const Position& left,
                                       const Position& right) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto ordering = compare_scalars(left.sort_values[i], right.sort_values[i]);
    if (ordering != 0) return order[i].descending ? 0 <=> ordering : ordering;
  }
  const auto ordering = left.id.compare(right.id) <=> 0;
  return !order.empty() && order.back().descending ? 0 <=> ordering : ordering;
}

}  // namespace dropzone
