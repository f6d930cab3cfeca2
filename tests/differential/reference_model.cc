#include "differential/reference_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <dropzone/query/aggregator.h>

namespace dropzone::differential {
namespace {

bool has_version(const RecordMeta& meta, const std::string& wanted) {
  return wanted == "*" || wanted == meta.version;
}

bool selects(const Filter& filter, const std::string& id, const ReferenceModel::Record& record) {
  const ObjectFields data(record.data);
  return matches(filter, id, DatedFields(data, record.meta.created_at, record.meta.updated_at));
}

}  // namespace

WriteStatus ReferenceModel::write_one(const Write& write) {
  const auto found = records_.find(write.id);
  const bool exists = found != records_.end();
  if (write.if_version && !(exists && has_version(found->second.meta, *write.if_version))) {
    return WriteStatus::refused;
  }
  if (exists && write.if_exists == IfExists::fail) return WriteStatus::refused;
  if (exists && write.if_exists == IfExists::skip) return WriteStatus::skipped;
  Record record{write.data, write.original, write.meta};
  if (exists) record.meta.created_at = found->second.meta.created_at;
  records_.insert_or_assign(write.id, std::move(record));
  return exists ? WriteStatus::replaced : WriteStatus::created;
}

std::vector<WriteStatus> ReferenceModel::write(const std::vector<Write>& writes,
                                               Atomicity atomicity) {
  const auto before = records_;
  std::vector<WriteStatus> statuses;
  for (const Write& write : writes) {
    statuses.push_back(write_one(write));
    if (statuses.back() != WriteStatus::refused || atomicity == Atomicity::partial) continue;
    records_ = before;
    std::fill(statuses.begin(), statuses.end() - 1, WriteStatus::aborted);
    statuses.resize(writes.size(), WriteStatus::aborted);
    break;
  }
  return statuses;
}

std::vector<EraseStatus> ReferenceModel::erase(const std::vector<Erase>& erases) {
  std::vector<EraseStatus> statuses;
  for (const Erase& erase : erases) {
    const auto found = records_.find(erase.id);
    if (found == records_.end()) {
      statuses.push_back(EraseStatus::missing);
    } else if (erase.if_version && !has_version(found->second.meta, *erase.if_version)) {
      statuses.push_back(EraseStatus::precondition_failed);
    } else {
      records_.erase(found);
      statuses.push_back(EraseStatus::erased);
    }
  }
  return statuses;
}

std::vector<ReferenceModel::Hit> ReferenceModel::select(const Query& query) const {
  std::vector<Hit> hits;
  for (const auto& [id, record] : records_) {
    const ObjectFields data(record.data);
    const DatedFields fields(data, record.meta.created_at, record.meta.updated_at);
    if (!matches(query.filter, id, fields)) continue;
    auto values = sort_values(query.order, id, fields);
    if (!values) continue;
    Position place{*std::move(values), id};
    if (query.after && compare_positions(query.order, place, *query.after) <= 0) continue;
    hits.push_back({std::move(place), &record});
  }
  std::ranges::sort(hits, [&](const Hit& left, const Hit& right) {
    return compare_positions(query.order, left.place, right.place) < 0;
  });
  return hits;
}

Result<Aggregates> ReferenceModel::aggregate(const AggregateQuery& query) const {
  Aggregator aggregator(query);
  for (const auto& [id, record] : records_) {
    if (selects(query.filter, id, record)) aggregator.add(record.data);
  }
  return aggregator.result();
}

bool ReferenceModel::adds_integers_alone(const AggregateQuery& query,
                                         const FieldPath& field) const {
  return std::ranges::none_of(records_, [&](const auto& entry) {
    const Value* value = field.find_in(entry.second.data);
    return value && value->as_double() && selects(query.filter, entry.first, entry.second);
  });
}

double ReferenceModel::magnitude(const AggregateQuery& query, const FieldPath& field) const {
  double sum = 0;
  for (const auto& [id, record] : records_) {
    const Value* value = field.find_in(record.data);
    if (value && value->value_class() == ValueClass::number && selects(query.filter, id, record)) {
      sum += std::fabs(to_double(*value));
    }
  }
  return sum;
}

}  // namespace dropzone::differential
