#pragma once

#include <algorithm>

#include "query/index_range.h"

namespace dropzone::datastore {

inline bool contains(const IndexRanges& set, const IndexPoint& point) {
  return std::ranges::any_of(set, [&](const IndexRange& each) { return contains(each, point); });
}

}  // namespace dropzone::datastore
