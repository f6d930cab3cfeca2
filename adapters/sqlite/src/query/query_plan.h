#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <dropzone/query/query.h>
#include <dropzone/result.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "query/candidates.h"

namespace dropzone::sqlite {

/// Ways that together lead to every record that a filter selects, to some perhaps more than once.
struct Driver {
  std::vector<AccessPath> accesses;
  bool exact = true;  ///< They lead to no record that the filter does not select.
};

/// A way to the records in a query's order.
struct OrderedPath {
  AccessPath access;
  bool descending = false;
  bool exact = true;  ///< As a driver's.
  bool total = true;  ///< Else in the order of the first sort key alone.
};

/// Finds ways to what a query selects. Within a transaction, of whose snapshot it reads.
class QueryPlanner {
 public:
  /// All must outlive it.
  QueryPlanner(Connection& connection, const KindTables& kind)
      : connection_(connection), kind_(kind) {}

  /// The way by the filter's conditions that has the fewest candidates; nothing if the whole
  /// kind would have to be read.
  Result<std::optional<Driver>> driver_for(const Filter& filter);

  /// Nothing if the first sort key has no index.
  [[nodiscard]] std::optional<OrderedPath> ordered_access_for(
      const Filter& filter, const std::vector<SortKey>& order) const;

  /// Whether an access can lead to a record more than once.
  Result<bool> can_repeat(const AccessPath& access);

  /// How many records the kind has.
  Result<std::int64_t> records();

 private:
  Result<std::optional<Driver>> driver_for(const Filter::And& conjunction);
  Result<std::optional<Driver>> driver_for(const Filter::Or& disjunction);
  std::optional<Driver> driver_for(const Condition& condition);
  /// Ranges of conditions that all have to hold, by their index.
  using Joinable = std::map<const FieldIndex*, std::vector<KeyRanges>>;
  /// Adds an access to those of its index; false if it has to stand alone.
  Result<bool> join(Joinable& joinable, AccessPath& access);
  Result<Driver> cheapest(std::vector<Driver> drivers);
  Result<bool> has_arrays(const FieldIndex& index);
  /// The ranges in which the filter's conditions on the field put each record that has a scalar
  /// there, and whether these are all of its conditions.
  static std::pair<KeyRanges, bool> ranges_for(const Filter& filter, const FieldPath& field);

  Connection& connection_;
  const KindTables& kind_;
  std::map<std::int64_t, bool> arrays_;
};

/// Whether the access leads to the records of one value, so in the order of their ids.
[[nodiscard]] bool is_ordered_by_id(const AccessPath& access);

}  // namespace dropzone::sqlite
