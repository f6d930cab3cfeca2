#pragma once

#include <string>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/query/filter.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>

namespace dropzone {

// What a kind's definition says of the fields that a query names. A query that no record of the
// kind can ever fulfil is refused, not answered with nothing: `unknown_field` for a field that the
// kind's records cannot have, with the nearest one that they can; `invalid_filter` (of filters) or
// `invalid_request` for the server's own members and for values of a class that the field never
// has. Errors have a pointer from the start of the body; `pointer` is where a list is in it.

/// Gives a filter's operands the types of their fields: if a field is a timestamp by the kind's
/// declaration or pipeline, or is one of the times in `_meta`, text becomes a timestamp. A date
/// alone is midnight in UTC. `invalid_filter` if it is neither that nor an RFC 3339 date-time.
Result<void> apply_field_types(Filter& filter, const Kind& kind);
/// The same for a step's input record, of whose fields this is known.
Result<void> apply_field_types(Filter& filter, const KnownFields& before);
/// Reads a filter from its JSON value, with operands of the types of their fields. Errors are those
/// of FilterParser and apply_field_types().
Result<Filter> parse_filter(const Value& filter, const Kind& kind);

/// Whether records can be ordered by these keys.
Result<void> check_order(const std::vector<SortKey>& order, const Kind& kind,
                         const std::string& pointer);
/// Whether these fields can be numbers, to be added up.
Result<void> check_figures(const std::vector<FieldPath>& fields, const Kind& kind,
                           const std::string& pointer);
/// Whether these fields can be numbers or timestamps, of which there is a least and a greatest.
Result<void> check_extremes(const std::vector<FieldPath>& fields, const Kind& kind,
                            const std::string& pointer);
/// Whether records can be grouped by these fields. The pointer is that of the field, or of the list
/// if there are several.
Result<void> check_groups(const std::vector<GroupBy>& groups, const Kind& kind,
                          const std::string& pointer);
/// Whether these fields can be shown.
Result<void> check_shown(const std::vector<FieldPath>& fields, const Kind& kind,
                         const std::string& pointer);

}  // namespace dropzone
