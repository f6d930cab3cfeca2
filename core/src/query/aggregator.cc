#include <dropzone/query/aggregator.h>

#include <algorithm>
#include <string>
#include <utility>

#include <dropzone/value/extent.h>

namespace dropzone {
namespace {

// What a node of a map takes besides its content.
constexpr std::size_t kNodeBytes = 64;

Error beyond_doubles(const FieldPath& field) {
  return {ErrorCode::number_out_of_range,
          "The sum of \"" + field.name() + "\" is beyond the range of a double."};
}

Error too_many_groups() {
  return {ErrorCode::too_many_groups,
          "The records make more than " + std::to_string(kMaxGroups) +
              " groups. Narrow the filter, or group by greater widths."};
}

bool is_ranged(const Value& value) noexcept {
  const ValueClass of = value.value_class();
  return of == ValueClass::number || of == ValueClass::timestamp;
}

bool is_less(const Value& left, const Value& right) noexcept {
  return compare_scalars(left, right) < 0;
}

}  // namespace

bool Aggregator::IsBefore::operator()(const Key& left, const Key& right) const noexcept {
  return std::ranges::lexicographical_compare(left, right, is_less);
}

Aggregator::Aggregator(const AggregateQuery& query, MemoryAccount* memory)
    : query_(query), meter_(memory) {
  for (const FieldPath& field : query.sums) column_of(field, sums_).is_summed = true;
  for (const FieldPath& field : query.averages) column_of(field, averages_).is_summed = true;
  for (const FieldPath& field : query.minima) column_of(field, minima_).is_ranged = true;
  for (const FieldPath& field : query.maxima) column_of(field, maxima_).is_ranged = true;
  all_.cells.resize(columns_.size());
}

Aggregator::Column& Aggregator::column_of(const FieldPath& field,
                                          std::vector<std::size_t>& places) {
  const auto [known, is_new] = known_.try_emplace(field, columns_.size());
  if (is_new) columns_.push_back({&field});
  places.push_back(known->second);
  return columns_[known->second];
}

bool Aggregator::add(const FieldSource& data) {
  if (fault_) return false;
  if (query_.groups.empty()) {
    add_to(all_, data);
    return true;
  }
  auto key = key_of(data);
  if (!key) return true;
  Tally* const tally = tally_of(*std::move(key));
  if (!tally) return false;
  add_to(*tally, data);
  return true;
}

std::optional<Aggregator::Key> Aggregator::key_of(const FieldSource& data) const {
  Key key;
  key.reserve(query_.groups.size());
  for (const GroupBy& by : query_.groups) {
    const Value* const value = data.find(by.field);
    auto part = value ? group_key(by, *value) : std::nullopt;
    if (!part) return std::nullopt;
    key.push_back(*std::move(part));
  }
  return key;
}

// Null if there is no room for a new group.
Aggregator::Tally* Aggregator::tally_of(Key key) {
  const auto known = groups_.find(key);
  if (known != groups_.end()) return &known->second;
  if (groups_.size() == kMaxGroups) {
    fault_ = too_many_groups();
    return nullptr;
  }
  std::size_t bytes = kNodeBytes + sizeof(Tally) + columns_.size() * sizeof(Cell);
  for (const Value& part : key) bytes += extent_of(part).bytes;
  if (!meter_.add(bytes)) {
    fault_ = meter_.fault();
    return nullptr;
  }
  Tally& tally = groups_[std::move(key)];
  tally.cells.resize(columns_.size());
  return &tally;
}

void Aggregator::add_to(Tally& tally, const FieldSource& data) const {
  ++tally.count;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    Cell& cell = tally.cells[i];
    const Value* const value = data.find(*column.field);
    if (!value) continue;
    if (column.is_summed && value->value_class() == ValueClass::number) cell.sum.add(*value);
    if (!column.is_ranged || !is_ranged(*value)) continue;
    if (!cell.least || is_less(*value, *cell.least)) cell.least = *value;
    if (!cell.greatest || is_less(*cell.greatest, *value)) cell.greatest = *value;
  }
}

Result<Figures> Aggregator::figures_of(const Tally& tally) const {
  Figures figures;
  if (query_.count) figures.count = tally.count;
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    auto total = tally.cells[sums_[i]].sum.total();
    if (!total) return beyond_doubles(query_.sums[i]);
    figures.sums.push_back(*std::move(total));
  }
  for (const std::size_t place : averages_) {
    figures.averages.push_back(tally.cells[place].sum.average());
  }
  for (const std::size_t place : minima_) figures.minima.push_back(tally.cells[place].least);
  for (const std::size_t place : maxima_) figures.maxima.push_back(tally.cells[place].greatest);
  return figures;
}

Result<Aggregates> Aggregator::result() const {
  if (fault_) return *fault_;
  Aggregates aggregates;
  if (query_.groups.empty()) {
    auto figures = figures_of(all_);
    if (!figures) return std::move(figures).error();
    static_cast<Figures&>(aggregates) = *std::move(figures);
    return aggregates;
  }
  for (const auto& [key, tally] : groups_) {
    auto figures = figures_of(tally);
    if (!figures) return std::move(figures).error();
    aggregates.groups.push_back({key, *std::move(figures)});
  }
  return aggregates;
}

}  // namespace dropzone
