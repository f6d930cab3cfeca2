#include <algorithm>
#include <iterator>
#include <utility>

#include "query/filter_plan.h"

namespace dropzone::datastore {
namespace {

std::size_t disjunctions(const Conjunct& conjunct) {
  std::size_t count = conjunct.keys.size();
  for (const auto& [path, values] : conjunct.fields) count *= values.size();
  return count;
}

std::size_t disjunctions(const QueryFilter& query) {
  std::size_t count = 0;
  for (const Conjunct& conjunct : query) count += disjunctions(conjunct);
  return count;
}

IndexRanges& largest_set(Conjunct& conjunct) {
  IndexRanges* largest = &conjunct.keys;
  for (auto& [path, values] : conjunct.fields) {
    if (values.size() > largest->size()) largest = &values;
  }
  return *largest;
}

// Halves the largest set of values until each part is small enough.
void cut(Conjunct conjunct, std::vector<Conjunct>& parts) {
  if (disjunctions(conjunct) <= kMaxDisjunctions) {
    parts.push_back(std::move(conjunct));
    return;
  }
  Conjunct rest = conjunct;
  const IndexRanges ranges = largest_set(conjunct);
  const auto middle = ranges.begin() + static_cast<std::ptrdiff_t>(ranges.size() / 2);
  largest_set(conjunct) = IndexRanges({ranges.begin(), middle});
  largest_set(rest) = IndexRanges({middle, ranges.end()});
  cut(std::move(conjunct), parts);
  cut(std::move(rest), parts);
}

// Takes the range from the first to the last value in place of too many values.
void coarsen(std::vector<Conjunct>& conjuncts) {
  while (disjunctions(conjuncts) > kMaxDisjunctions * kMaxQueries) {
    Conjunct& largest = *std::max_element(
        conjuncts.begin(), conjuncts.end(),
        [](const Conjunct& a, const Conjunct& b) { return disjunctions(a) < disjunctions(b); });
    if (disjunctions(largest) == 1) return;
    IndexRanges& values = largest_set(largest);
    values = IndexRanges({values.hull()});
  }
}

std::set<std::string> ranged_fields(const Conjunct& conjunct) {
  std::set<std::string> paths;
  for (const auto& [path, values] : conjunct.fields) {
    if (has_range(values)) paths.insert(path);
  }
  return paths;
}

bool has_all(const Conjunct& conjunct, const std::set<std::string>& paths) {
  return std::all_of(paths.begin(), paths.end(),
                     [&](const std::string& path) { return conjunct.fields.contains(path); });
}

// A query with a range on a field returns only records that have the field, whatever else it says:
// all its conjuncts must be about the fields that one of them has a range on.
bool fits(const QueryFilter& query, const Conjunct& conjunct) {
  if (disjunctions(query) + disjunctions(conjunct) > kMaxDisjunctions) return false;
  return std::all_of(query.begin(), query.end(), [&](const Conjunct& other) {
    return has_all(conjunct, ranged_fields(other)) && has_all(other, ranged_fields(conjunct));
  });
}

}  // namespace

bool fit_one_query(const std::vector<Conjunct>& conjuncts) {
  return disjunctions(conjuncts) <= kMaxDisjunctions && make_queries(conjuncts).size() <= 1;
}

std::vector<QueryFilter> make_queries(std::vector<Conjunct> conjuncts) {
  coarsen(conjuncts);
  std::vector<Conjunct> parts;
  for (Conjunct& conjunct : conjuncts) cut(std::move(conjunct), parts);
  std::vector<QueryFilter> queries;
  for (Conjunct& part : parts) {
    const auto query = std::find_if(queries.begin(), queries.end(),
                                    [&](const QueryFilter& other) { return fits(other, part); });
    if (query == queries.end()) {
      queries.push_back({std::move(part)});
    } else {
      query->push_back(std::move(part));
    }
  }
  if (queries.size() > 2 * kMaxQueries) return {{Conjunct{}}};
  return queries;
}

}  // namespace dropzone::datastore
