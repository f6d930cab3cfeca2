#pragma once

#include <algorithm>

#include "query/interval_set.h"

namespace dropzone::datastore {

inline bool contains(const IntervalSet& set, const IndexPoint& point) {
  return std::ranges::any_of(set.intervals(),
                             [&](const Interval& each) { return each.contains(point); });
}

}  // namespace dropzone::datastore
