#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <dropzone/query/filter.h>

#include "query/index_range.h"

namespace dropzone::datastore {

inline constexpr std::size_t kMaxDisjunctions = 30;  ///< In one query of Datastore's.
inline constexpr std::size_t kMaxQueries = 8;        ///< For one filter; a coarser one beyond.

/// Some fields' values, all at once.
struct Conjunct {
  std::map<std::string, IndexRanges> fields;  ///< By property path.
  IndexRanges keys = IndexRanges::everything();

  [[nodiscard]] bool selects_all() const;
  [[nodiscard]] bool selects_none() const;
};

/// Conjuncts that one query of Datastore's can answer, any of which is fulfilled.
using QueryFilter = std::vector<Conjunct>;

/// A filter as queries of Datastore's, which together find every record that it selects, and
/// possibly others: the core's matches() decides on what comes back.
struct FilterPlan {
  /// Over Datastore's own indexes. None selects nothing; one that selects all is alone.
  std::vector<Conjunct> conjuncts;
  /// For records whose fields' values Datastore's indexes do not show as the conjuncts expect.
  std::vector<Conjunct> specials;
  /// Whether the conjuncts find nothing but what the filter selects, provided that no record
  /// fulfils `counterexamples`, and that each is found once.
  bool exact = true;
  std::vector<Conjunct> counterexamples;
};

[[nodiscard]] FilterPlan plan_filter(const Filter& filter);

/// Cuts conjuncts into what one query each can answer; coarser ones if that would be too many.
[[nodiscard]] std::vector<QueryFilter> make_queries(std::vector<Conjunct> conjuncts);

/// Whether one query can answer the conjuncts as they are.
[[nodiscard]] bool fit_one_query(const std::vector<Conjunct>& conjuncts);

/// The conjuncts with a field's values limited as well.
[[nodiscard]] std::vector<Conjunct> restrict_field(std::vector<Conjunct> conjuncts,
                                                   const std::string& path,
                                                   const IndexRanges& values);

/// What selects records by our lists of fields in `_meta`: those whose list has one of the paths.
[[nodiscard]] Conjunct marked(std::string_view list, const std::set<std::string>& paths);

}  // namespace dropzone::datastore
