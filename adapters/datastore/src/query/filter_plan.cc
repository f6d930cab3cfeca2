#include "query/filter_plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "entity/entity_encoder.h"
#include "entity/property_names.h"
#include "query/condition_ranges.h"

namespace dropzone::datastore {
namespace {

// Beyond this a part of the filter is left to the core.
constexpr std::size_t kMaxConjuncts = 64;
// More are one range from the first to the last.
constexpr std::size_t kMaxRanges = kMaxDisjunctions * kMaxQueries / 2;

using Conjuncts = std::vector<Conjunct>;

bool everything(const Conjuncts& conjuncts) {
  return std::any_of(conjuncts.begin(), conjuncts.end(),
                     [](const Conjunct& conjunct) { return conjunct.selects_all(); });
}

class Planner {
 public:
  FilterPlan plan(const Filter& filter) && {
    plan_.conjuncts = visit(filter);
    if (everything(plan_.conjuncts)) {
      plan_.exact = plan_.exact && filter.selects_all();
      plan_.conjuncts = {Conjunct{}};
      return std::move(plan_);
    }
    add_specials();
    add_counterexamples();
    return std::move(plan_);
  }

 private:
  Conjuncts visit(const Filter& filter) {
    if (const auto* condition = std::get_if<Condition>(&filter.node)) return visit(*condition);
    if (const auto* conjunction = std::get_if<Filter::And>(&filter.node)) {
      return visit_and(conjunction->filters);
    }
    return visit_or(std::get<Filter::Or>(filter.node).filters);
  }

  Conjuncts visit(const Condition& condition) {
    Conjunct conjunct;
    if (condition.field.is_id()) {
      ConditionRanges ranges = key_ranges_of(condition);
      plan_.exact = plan_.exact && ranges.exact;
      conjunct.keys = narrowed(std::move(ranges.ranges));
    } else {
      const std::string path = property_path(condition.field);
      ConditionRanges ranges = ranges_of(condition);
      if (ranges.everywhere) {
        plan_.exact = false;
        return {Conjunct{}};
      }
      note(path, ranges);
      if (path.size() > kMaxIndexedStringBytes) return {};  // Such fields are not indexed.
      conjunct.fields.emplace(path, narrowed(std::move(ranges.ranges)));
    }
    return conjunct.selects_none() ? Conjuncts{} : Conjuncts{std::move(conjunct)};
  }

  IndexRanges narrowed(IndexRanges set) {
    if (set.size() <= kMaxRanges) return set;
    plan_.exact = false;
    return IndexRanges({set.hull()});
  }

  void note(const std::string& path, const ConditionRanges& ranges) {
    plan_.exact = plan_.exact && ranges.exact;
    const std::string mark(field_mark(path));
    fields_.insert(mark);
    if (ranges.by_integer) by_integer_.insert(mark);
    if (ranges.by_timestamp) by_timestamp_.insert(mark);
    if (has_range(ranges.ranges)) ranged_.insert(mark);
    for (const IndexPoint& point : ranges.hides_timestamps) hide(kTimestamps, path, point);
    for (const IndexPoint& point : ranges.hides_integers) hide(kIntegers, path, point);
  }

  void hide(std::string_view list, const std::string& path, const IndexPoint& point) {
    Conjunct conjunct = marked(list, {std::string(field_mark(path))});
    conjunct.fields.emplace(path, IndexRanges({range_at(point)}));
    hidden_.push_back(std::move(conjunct));
  }

  Conjuncts visit_or(const std::vector<Filter>& filters) {
    Conjuncts all;
    for (const Filter& filter : filters) {
      Conjuncts some = visit(filter);
      std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    if (all.size() <= kMaxConjuncts) return all;
    plan_.exact = false;
    return {Conjunct{}};
  }

  Conjuncts visit_and(const std::vector<Filter>& filters) {
    Conjuncts all{Conjunct{}};
    for (const Filter& filter : filters) {
      const Conjuncts some = visit(filter);
      if (all.size() * some.size() > kMaxConjuncts) {
        plan_.exact = false;
        continue;
      }
      Conjuncts product;
      for (const Conjunct& left : all) {
        for (const Conjunct& right : some) {
          Conjunct both = combine(left, right);
          if (!both.selects_none()) product.push_back(std::move(both));
        }
      }
      all = std::move(product);
    }
    return all;
  }

  // On an array each condition may find its own element, but Datastore wants one for all: arrays
  // are found apart.
  Conjunct combine(Conjunct left, const Conjunct& right) {
    left.keys = intersect(left.keys, right.keys);
    for (const auto& [path, values] : right.fields) {
      const auto [known, is_new] = left.fields.try_emplace(path, values);
      if (is_new) continue;
      known->second = intersect(known->second, values);
      combined_.insert(std::string(field_mark(path)));
    }
    return left;
  }

  void add_specials() {
    if (fields_.empty()) return;
    std::set<std::string> unindexed = fields_;
    unindexed.insert(std::string(kEveryField));
    plan_.specials.push_back(marked(kUnindexed, unindexed));
    if (!combined_.empty()) plan_.specials.push_back(marked(kArrays, combined_));
    std::move(hidden_.begin(), hidden_.end(), std::back_inserter(plan_.specials));
  }

  void add_counterexamples() {
    if (fields_.empty()) return;
    plan_.counterexamples.push_back(plan_.specials.front());
    // A record is found once for each element of an array within a range.
    std::set<std::string> arrays = combined_;
    arrays.insert(ranged_.begin(), ranged_.end());
    if (!arrays.empty()) plan_.counterexamples.push_back(marked(kArrays, arrays));
    if (!by_integer_.empty()) plan_.counterexamples.push_back(marked(kTimestamps, by_integer_));
    if (!by_timestamp_.empty()) plan_.counterexamples.push_back(marked(kIntegers, by_timestamp_));
  }

  FilterPlan plan_;
  std::set<std::string> fields_;
  std::set<std::string> ranged_;
  std::set<std::string> combined_;
  std::set<std::string> by_integer_;
  std::set<std::string> by_timestamp_;
  Conjuncts hidden_;
};

}  // namespace

bool Conjunct::selects_all() const {
  return fields.empty() && keys.size() == 1 && keys.front() == IndexRange();
}

bool Conjunct::selects_none() const {
  return keys.empty() || std::any_of(fields.begin(), fields.end(),
                                     [](const auto& field) { return field.second.empty(); });
}

FilterPlan plan_filter(const Filter& filter) { return Planner().plan(filter); }

std::vector<Conjunct> restrict_field(std::vector<Conjunct> conjuncts, const std::string& path,
                                     const IndexRanges& values) {
  for (Conjunct& conjunct : conjuncts) {
    const auto [known, is_new] = conjunct.fields.try_emplace(path, values);
    if (!is_new) known->second = intersect(known->second, values);
  }
  std::erase_if(conjuncts, [](const Conjunct& conjunct) { return conjunct.selects_none(); });
  return conjuncts;
}

Conjunct marked(std::string_view list, const std::set<std::string>& paths) {
  std::vector<IndexRange> points;
  points.reserve(paths.size());
  for (const std::string& path : paths) {
    points.push_back(range_at(IndexPoint::of(std::string_view(path))));
  }
  Conjunct conjunct;
  conjunct.fields.emplace(std::string(kMetaProperty) + '.' + std::string(list),
                          IndexRanges(std::move(points)));
  return conjunct;
}

}  // namespace dropzone::datastore
