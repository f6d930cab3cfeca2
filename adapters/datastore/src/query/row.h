#pragma once

#include <compare>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <dropzone/query/query.h>
#include <dropzone/result.h>

#include "entity/entity_decoder.h"

namespace dropzone::datastore {

/// A record that a query selects.
struct Row {
  Entity entity;
  std::vector<Value> sort_values;  ///< One for each sort key.
};

using RowOrder = std::function<std::strong_ordering(const Row&, const Row&)>;

/// The order of a query: as compare_positions(), but numeric ids come first, as in Datastore.
[[nodiscard]] std::strong_ordering compare_rows(const std::vector<SortKey>& order, const Row& left,
                                                const Row& right);

/// The order by one sort key, then by id, as Datastore's index has it.
[[nodiscard]] std::strong_ordering compare_by_key(const std::vector<SortKey>& order,
                                                  std::size_t level, const Row& left,
                                                  const Row& right);

/// The order of ids, ascending or descending.
[[nodiscard]] std::strong_ordering compare_by_id(bool descending, const Row& left,
                                                 const Row& right);

/// Whether ties of a query go by descending id.
[[nodiscard]] bool ties_descend(const std::vector<SortKey>& order);

/// Rows one after the other. Not thread-safe.
class RowSource {
 public:
  virtual ~RowSource() = default;
  /// The next row, or null at the end.
  virtual Result<const Row*> peek() = 0;
  /// Precondition: peek() has just returned a row.
  virtual Row take() = 0;
};
using RowSourcePtr = std::unique_ptr<RowSource>;

/// Rows that are there already.
[[nodiscard]] RowSourcePtr make_rows(std::vector<Row> rows);

/// The rows that fulfil the predicate.
[[nodiscard]] RowSourcePtr where(RowSourcePtr rows, std::function<bool(const Row&)> predicate);

/// First all of one, then all of the other, which is made when it is needed.
[[nodiscard]] RowSourcePtr concatenate(RowSourcePtr first,
                                       std::function<Result<RowSourcePtr>()> second);

/// Sources that each are in this order, merged; a record that several have comes once.
[[nodiscard]] RowSourcePtr merge(std::vector<RowSourcePtr> sources, RowOrder order);

}  // namespace dropzone::datastore
