#pragma once

#include <cstddef>
#include <unordered_set>

#include <dropzone/value/value.h>

namespace dropzone::datastore {

// Datastore takes 20,000 index entries of an entity and makes up to four of each indexed value;
// the rest is left to composite indexes.
inline constexpr std::size_t kMaxIndexedValues = 4'000;
inline constexpr std::size_t kMaxIndexedFields = 1'000;

/// What of a record to leave out of the indexes, so that Datastore takes it.
struct IndexBudget {
  bool nothing_indexed = false;               ///< More fields than could be named.
  std::unordered_set<const Value*> left_out;  ///< The values of the fields left out.
};

/// Leaves out the longest arrays first, and nothing if all fits.
[[nodiscard]] IndexBudget plan_index(const Object& data);

}  // namespace dropzone::datastore
