#pragma once

#include <vector>

#include <dropzone/query/filter.h>

#include "query/index_range.h"

namespace dropzone::datastore {

/// The ranges of Datastore's index of a field with the values that fulfil a condition.
struct ConditionRanges {
  IndexRanges ranges;
  /// Whether nothing else is there, but for what the next two say.
  bool exact = true;
  bool by_integer = false;    ///< Timestamps are there as well, if the field has some.
  bool by_timestamp = false;  ///< Integers are there as well, if the field has some.
  /// Places that were left out for the one type and would be right for the other.
  std::vector<IndexPoint> hides_timestamps;
  std::vector<IndexPoint> hides_integers;
  /// The index does not tell, as it lacks some of the values: all records are candidates.
  bool everywhere = false;
};

/// For a condition on a field other than `_id`. Values that are not indexed are not considered.
[[nodiscard]] ConditionRanges ranges_of(const Condition& condition);

/// For a condition on `_id`: the ranges in the order of keys. Never hides a record.
[[nodiscard]] ConditionRanges key_ranges_of(const Condition& condition);

/// The range of the values that equal a scalar. Other integers from 2^63 on may be there as well.
[[nodiscard]] std::vector<IndexPoint> points_of(const Value& scalar);

/// The values of the scalar's class that come after it, or before. Of an integer from 2^63 on also
/// those that have the same double.
[[nodiscard]] std::vector<IndexRange> beyond(const Value& scalar, Operator op);

}  // namespace dropzone::datastore
