#include "rest/aggregate_text.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <variant>

#include <dropzone/value/json_pointer.h>
#include <dropzone/value/json_text.h>

namespace dropzone::http {
namespace {

void append_figure(std::string& out, const Total& total) {
  if (total.digits.empty()) {
    append_json(out, total.number);
  } else {
    out += total.digits;
  }
}

void append_figure(std::string& out, const std::optional<Value>& figure) {
  append_json(out, figure.value_or(Value()));
}

/// Appends `"sum":{"mean":5}`, after a comma if something is before it.
template <typename Figure>
void append_figures(std::string& out, std::string_view name, const std::vector<FieldPath>& fields,
                    const std::vector<Figure>& figures) {
  if (fields.empty()) return;
  if (out.back() != '{') out += ',';
  append_json_string(out, name);
  out += ":{";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, fields[i].name());
    out += ':';
    append_figure(out, figures[i]);
  }
  out += '}';
}

void append_members(std::string& out, const AggregateQuery& query, const Figures& figures) {
  if (figures.count) {
    if (out.back() != '{') out += ',';
    out += "\"count\":" + std::to_string(*figures.count);
  }
  append_figures(out, "sum", query.sums, figures.sums);
  append_figures(out, "avg", query.averages, figures.averages);
  append_figures(out, "min", query.minima, figures.minima);
  append_figures(out, "max", query.maxima, figures.maxima);
}

void append_key(std::string& out, const std::vector<Value>& key, KeyForm form) {
  if (form == KeyForm::scalar) return append_json(out, key.front());
  append_json(out, Value(Array(key.begin(), key.end())));
}

void append_groups(std::string& out, const AggregateQuery& query, const std::vector<Group>& groups,
                   KeyForm keys) {
  out += "\"groups\":[";
  for (const Group& group : groups) {
    if (out.back() != '[') out += ',';
    out += "{\"key\":";
    append_key(out, group.key, keys);
    append_members(out, query, group.figures);
    out += '}';
  }
  out += ']';
}

void expect(std::vector<Expectation>& expectations, const FieldPath& field,
            std::optional<ValueClass> of, std::string_view list, std::size_t i) {
  expectations.push_back({field, of, pointer_to(pointer_to("/aggregate", list), i)});
}

// Of the figures of one list that are of nothing; true if one of them is of something.
bool expect_all(std::vector<Expectation>& expectations, const std::vector<FieldPath>& fields,
                const std::vector<std::optional<Value>>& figures, std::optional<ValueClass> of,
                std::string_view list) {
  bool found = false;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (!figures[i]) expect(expectations, fields[i], of, list, i);
    found = found || figures[i];
  }
  return found;
}

bool expect_sums(std::vector<Expectation>& expectations, const std::vector<FieldPath>& fields,
                 const std::vector<Total>& sums) {
  bool found = false;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const bool is_zero = sums[i] == Total(Value(0));
    if (is_zero) expect(expectations, fields[i], ValueClass::number, "sum", i);
    found = found || !is_zero;
  }
  return found;
}

std::optional<ValueClass> class_of(const GroupBy& group) {
  if (std::holds_alternative<NumberWidth>(group.every)) return ValueClass::number;
  if (std::holds_alternative<TimeWidth>(group.every)) return ValueClass::timestamp;
  return std::nullopt;
}

}  // namespace

void append_aggregates(std::string& out, const AggregateQuery& query, const Aggregates& aggregates,
                       KeyForm keys) {
  if (!query.groups.empty()) return append_groups(out, query, aggregates.groups, keys);
  out += "\"aggregate\":{";
  append_members(out, query, aggregates);
  out += '}';
}

std::vector<Expectation> expectations_of(const AggregateQuery& query,
                                         const Aggregates& aggregates) {
  std::vector<Expectation> expectations;
  bool found = aggregates.count.value_or(0) > 0 || !aggregates.groups.empty();
  found |= expect_sums(expectations, query.sums, aggregates.sums);
  found |= expect_all(expectations, query.averages, aggregates.averages, ValueClass::number, "avg");
  found |= expect_all(expectations, query.minima, aggregates.minima, std::nullopt, "min");
  found |= expect_all(expectations, query.maxima, aggregates.maxima, std::nullopt, "max");
  if (found) return expectations;
  for (std::size_t i = 0; i < query.groups.size(); ++i) {
    const GroupBy& group = query.groups[i];
    expectations.push_back({group.field, class_of(group), "/aggregate/groupBy"});
  }
  auto filtered = dropzone::expectations_of(query.filter);
  expectations.insert(expectations.end(), std::make_move_iterator(filtered.begin()),
                      std::make_move_iterator(filtered.end()));
  return expectations;
}

}  // namespace dropzone::http
