#include <dropzone/query/aggregator.h>

#include <cmath>
#include <string>

namespace dropzone {
namespace {

Result<Value> finite(double number, const FieldPath& field) {
  if (std::isfinite(number)) return Value(number);
  return Error{ErrorCode::number_out_of_range,
               "The sum of \"" + field.dotted() + "\" is beyond the range of a double."};
}

}  // namespace

Aggregator::Aggregator(const AggregateQuery& query) : query_(query) {
  std::map<std::string_view, std::size_t> known;
  for (const FieldPath& field : query.sums) sums_.push_back(figure_of(field, known));
  for (const FieldPath& field : query.averages) averages_.push_back(figure_of(field, known));
}

std::size_t Aggregator::figure_of(const FieldPath& field,
                                  std::map<std::string_view, std::size_t>& known) {
  const auto [place, is_new] = known.try_emplace(field.dotted(), figures_.size());
  if (is_new) figures_.push_back({&field, {}});
  return place->second;
}

void Aggregator::add(const FieldSource& data) {
  ++count_;
  for (Figure& figure : figures_) {
    const Value* const value = data.find(*figure.field);
    if (value && value->value_class() == ValueClass::number) figure.sum.add(*value);
  }
}

Result<Aggregates> Aggregator::result() const {
  Aggregates aggregates;
  if (query_.count) aggregates.count = count_;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    auto total = finite(figures_[sums_[i]].sum.total(), query_.sums[i]);
    if (!total) return total.error();
    aggregates.sums.push_back(*std::move(total));
  }
  for (std::size_t i = 0; i < averages_.size(); ++i) {
    const auto average = figures_[averages_[i]].sum.average();
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
