#pragma once

#include <optional>

#include <dropzone/query/query.h>

#include "query/query_context.h"
#include "query/row.h"

namespace dropzone::datastore {

/// The rows that the context's filter selects, in the context's order, beyond a position if
/// there is one. Datastore delivers them in that order: how far one reads is what it costs.
Result<RowSourcePtr> ordered_scan(QueryContext& context, const std::optional<Position>& after);

/// The same rows, read as a whole and sorted here: needs no index but Datastore's own.
Result<RowSourcePtr> collected_scan(QueryContext& context, const std::optional<Position>& after);

/// The same rows out of all records of the kind, filtered and sorted here: asks Datastore nothing
/// of any field.
Result<RowSourcePtr> whole_scan(QueryContext& context, const std::optional<Position>& after);

/// The rows in the order of ids.
[[nodiscard]] RowSourcePtr id_scan(QueryContext& context, std::vector<Conjunct> conjuncts,
                                   bool descending, std::optional<std::string> after);

/// The rows in the order of a field's values, then of ids, by Datastore's index of that field;
/// those whose values come after one if there is one.
[[nodiscard]] RowSourcePtr field_scan(QueryContext& context, std::vector<Conjunct> conjuncts,
                                      std::size_t level, const Value* after);

}  // namespace dropzone::datastore
