#include <dropzone/query/aggregator.h>

#include <string>
#include <utility>

namespace dropzone {
namespace {

Error beyond_doubles(const FieldPath& field) {
  return {ErrorCode::number_out_of_range,
          "The sum of \"" + field.name() + "\" is beyond the range of a double."};
}

}  // namespace

Aggregator::Aggregator(const AggregateQuery& query) : query_(query) {
  std::map<FieldPath, std::size_t> known;
  for (const FieldPath& field : query.sums) sums_.push_back(figure_of(field, known));
  for (const FieldPath& field : query.averages) averages_.push_back(figure_of(field, known));
}

std::size_t Aggregator::figure_of(const FieldPath& field, std::map<FieldPath, std::size_t>& known) {
  const auto [place, is_new] = known.try_emplace(field, figures_.size());
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
    auto total = figures_[sums_[i]].sum.total();
    if (!total) return beyond_doubles(query_.sums[i]);
    aggregates.sums.push_back(*std::move(total));
  }
  for (const std::size_t place : averages_) {
    aggregates.averages.push_back(figures_[place].sum.average());
  }
  return aggregates;
}

}  // namespace dropzone
