#include <dropzone/aggregator.h>

#include <cmath>
#include <string>

namespace dropzone {
namespace {

void add_field(Sum& sum, const FieldPath& field, const FieldSource& data) {
  const Value* value = data.find(field);
  if (value && value->value_class() == ValueClass::number) sum.add(*value);
}

Result<Value> finite(double number, const FieldPath& field) {
  if (std::isfinite(number)) return Value(number);
  return Error{ErrorCode::number_out_of_range,
               "The sum of \"" + field.dotted() + "\" is beyond the range of a double."};
}

}  // namespace

Aggregator::Aggregator(const AggregateQuery& query)
    : query_(query), sums_(query.sums.size()), averages_(query.averages.size()) {}

void Aggregator::add(const FieldSource& data) {
  ++count_;
  for (std::size_t i = 0; i < sums_.size(); ++i) add_field(sums_[i], query_.sums[i], data);
  for (std::size_t i = 0; i < averages_.size(); ++i) {
    add_field(averages_[i], query_.averages[i], data);
  }
}

Result<Aggregates> Aggregator::result() const {
  Aggregates aggregates;
  if (query_.count) aggregates.count = count_;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    auto total = finite(sums_[i].total(), query_.sums[i]);
    if (!total) return total.error();
    aggregates.sums.push_back(*std::move(total));
  }
  for (std::size_t i = 0; i < averages_.size(); ++i) {
    const auto average = averages_[i].average();
    if (!average) {
      aggregates.averages.emplace_back(std::nullopt);
      continue;
    }
    auto value = finite(*average, query_.averages[i]);
    if (!value) return value.error();
    aggregates.averages.emplace_back(*std::move(value));
  }
  return aggregates;
}

}  // namespace dropzone
