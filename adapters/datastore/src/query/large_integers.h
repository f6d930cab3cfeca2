#pragma once

#include <cstddef>

#include <dropzone/query/query.h>

#include "query/row.h"

namespace dropzone::datastore {

// In Datastore's indexes integers from 2^63 on are as the doubles that stand for them, of which
// several may be the same: see entity/exact_integers.h.

/// The order of two rows by one sort key in Datastore's index, if both have a double there.
[[nodiscard]] std::strong_ordering compare_doubles(const std::vector<SortKey>& order,
                                                   std::size_t level, const Row& left,
                                                   const Row& right);

/// Rows that are in the order of Datastore's index of one sort key, in the order by that key.
[[nodiscard]] RowSourcePtr in_exact_order(RowSourcePtr rows, const std::vector<SortKey>& order,
                                          std::size_t level);

}  // namespace dropzone::datastore
