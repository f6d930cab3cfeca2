#include "query/query_plan.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

namespace dropzone::sqlite {
namespace {

constexpr std::int64_t kMostCounted = 2'000;

void flatten(const Filter::And& conjunction, std::vector<const Filter*>& parts) {
  for (const Filter& part : conjunction.filters) {
    if (const auto* inner = std::get_if<Filter::And>(&part.node)) {
      flatten(*inner, parts);
    } else {
      parts.push_back(&part);
    }
  }
}

std::vector<const Filter*> conjuncts(const Filter& filter) {
  std::vector<const Filter*> parts;
  if (const auto* conjunction = std::get_if<Filter::And>(&filter.node)) {
    flatten(*conjunction, parts);
  } else {
    parts.push_back(&filter);
  }
  return parts;
}

}  // namespace

bool is_ordered_by_id(const AccessPath& access) {
  if (!access.index) return true;
  if (access.ranges.size() != 1) return access.ranges.empty();
  const Bound& low = access.ranges.front().low;
  const Bound& high = access.ranges.front().high;
  return low.value_at == Bound::At::at_value && high.value_at == Bound::At::at_value &&
         low.value_class == high.value_class && low.value == high.value;
}

Result<std::optional<Driver>> QueryPlanner::driver_for(const Filter& filter) {
  if (const auto* condition = std::get_if<Condition>(&filter.node)) return driver_for(*condition);
  if (const auto* disjunction = std::get_if<Filter::Or>(&filter.node)) {
    return driver_for(*disjunction);
  }
  return driver_for(std::get<Filter::And>(filter.node));
}

std::optional<Driver> QueryPlanner::driver_for(const Condition& condition) {
  const FieldIndex* index = kind_.index_of(condition.field);
  if (!index && !condition.field.is_id()) return std::nullopt;
  // An index has scalars alone, but objects exist, too.
  if (index && condition.op == Operator::exists) return std::nullopt;
  return Driver{{{index, ranges_of(condition)}}, true};
}

Result<std::optional<Driver>> QueryPlanner::driver_for(const Filter::Or& disjunction) {
  Driver all;
  std::vector<std::vector<KeyRange>> ranges;  // Of each access.
  for (const Filter& part : disjunction.filters) {
    auto driver = driver_for(part);
    if (!driver || !*driver) return driver;
    all.exact = all.exact && (*driver)->exact;
    for (const AccessPath& access : (*driver)->accesses) {
      const auto same = std::ranges::find(all.accesses, access.index, &AccessPath::index);
      const auto place = static_cast<std::size_t>(same - all.accesses.begin());
      if (same == all.accesses.end()) {
        all.accesses.push_back({access.index, {}});
        ranges.emplace_back();
      }
      std::ranges::copy(access.ranges, std::back_inserter(ranges[place]));
    }
  }
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    all.accesses[i].ranges = KeyRanges(std::move(ranges[i]));
  }
  return std::optional(std::move(all));
}

Result<std::optional<Driver>> QueryPlanner::driver_for(const Filter::And& conjunction) {
  std::vector<const Filter*> parts;
  flatten(conjunction, parts);
  std::vector<Driver> drivers;
  Joinable joinable;
  bool all_used = true;
  for (const Filter* part : parts) {
    auto driver = driver_for(*part);
    if (!driver) return driver;
    if (!*driver) {
      all_used = false;
    } else if (std::holds_alternative<Condition>(part->node)) {
      auto joined = join(joinable, (*driver)->accesses.front());
      if (!joined) return std::move(joined).error();
      if (!*joined) drivers.push_back(*std::move(*driver));
    } else {
      drivers.push_back(*std::move(*driver));
    }
  }
  for (auto& [index, ranges] : joinable) {
    drivers.push_back({{{index, intersect(std::move(ranges))}}, true});
  }
  if (drivers.empty()) return std::optional<Driver>();
  const bool is_only = drivers.size() == 1;
  auto driver = cheapest(std::move(drivers));
  if (!driver) return std::move(driver).error();
  driver->exact = driver->exact && is_only && all_used;
  return std::optional(*std::move(driver));
}

// Two conditions on one field meet in the intersection of their ranges, but not on an array, where
// each may find its own element.
Result<bool> QueryPlanner::join(Joinable& joinable, AccessPath& access) {
  if (access.index) {
    auto arrays = has_arrays(*access.index);
    if (!arrays) return arrays;
    if (*arrays) return false;
  }
  joinable[access.index].push_back(std::move(access.ranges));
  return true;
}

Result<Driver> QueryPlanner::cheapest(std::vector<Driver> drivers) {
  if (drivers.size() == 1) return std::move(drivers.front());
  std::size_t best = 0;
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < drivers.size(); ++i) {
    std::int64_t candidates = 0;
    for (const AccessPath& access : drivers[i].accesses) {
      auto count = count_entries(connection_, kind_, access, kMostCounted);
      if (!count) return std::move(count).error();
      candidates += *count;
    }
    if (candidates < fewest) {
      fewest = candidates;
      best = i;
    }
  }
  return std::move(drivers[best]);
}

std::pair<KeyRanges, bool> QueryPlanner::ranges_for(const Filter& filter, const FieldPath& field) {
  std::vector<KeyRanges> ranges;
  bool all = true;
  for (const Filter* part : conjuncts(filter)) {
    const auto* condition = std::get_if<Condition>(&part->node);
    if (condition && condition->field == field) {
      ranges.push_back(ranges_of(*condition));
    } else {
      all = all && part->selects_all();
    }
  }
  return {intersect(std::move(ranges)), all};
}

std::optional<OrderedPath> QueryPlanner::ordered_access_for(
    const Filter& filter, const std::vector<SortKey>& order) const {
  static const FieldPath kId = *FieldPath::parse("_id");
  const FieldPath& field = order.empty() ? kId : order.front().field;
  const FieldIndex* index = kind_.index_of(field);
  if (!index && !field.is_id()) return std::nullopt;
  OrderedPath ordered;
  ordered.access.index = index;
  std::tie(ordered.access.ranges, ordered.exact) = ranges_for(filter, field);
  ordered.descending = !order.empty() && order.front().descending;
  ordered.total = order.size() <= 1;
  return ordered;
}

Result<bool> QueryPlanner::can_repeat(const AccessPath& access) {
  if (!access.index || is_ordered_by_id(access)) return false;
  return has_arrays(*access.index);
}

Result<bool> QueryPlanner::has_arrays(const FieldIndex& index) {
  const auto known = arrays_.find(index.number);
  if (known != arrays_.end()) return known->second;
  auto arrays =
      connection_.integer("SELECT arrays FROM indexes WHERE number = ?1", 1, index.number);
  if (!arrays) return std::move(arrays).error();
  return arrays_[index.number] = *arrays != 0;
}

Result<std::int64_t> QueryPlanner::records() {
  return connection_.integer("SELECT records FROM kinds WHERE kind = ?1", 0, kind_.number);
}

}  // namespace dropzone::sqlite
