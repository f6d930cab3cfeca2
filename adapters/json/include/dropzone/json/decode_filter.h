#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/call/memory_account.h>
#include <dropzone/json/original_form.h>
#include <dropzone/query/filter.h>
#include <dropzone/query/filter_parser.h>
#include <dropzone/query/group_by.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/value/field_path.h>

namespace dropzone::json {

/// Fields in each list of figures.
inline constexpr std::size_t kMaxAggregateFields = 1'000;
/// Figures in all of them, if there are groups, each of which has all of them.
inline constexpr std::size_t kMaxGroupFigures = 20;
/// Fields to group by.
inline constexpr std::size_t kMaxGroupFields = 2;

/// The figures requested in place of records; at least one.
struct AggregateSpec {
  bool count = false;
  std::vector<FieldPath> sum;
  std::vector<FieldPath> avg;
  std::vector<FieldPath> min;
  std::vector<FieldPath> max;
  std::vector<GroupBy> groups;
  bool is_grouped_by_list = false;  ///< `groupBy` is an array, and so are the keys of the groups.
};

/// The body of `POST /filter`.
struct FilterRequest {
  std::optional<std::string> kind;
  Filter filter;  ///< Operands as JSON has them: see apply_field_types() for timestamps.
  std::vector<SortKey> order;
  std::optional<std::size_t> limit;  ///< At least 1; without an upper bound.
  std::optional<std::string> cursor;
  std::vector<FieldPath> fields;  ///< Empty if all are requested.
  OriginalForm original = OriginalForm::none;
  bool meta = false;
  std::optional<AggregateSpec> aggregate;
};

/// Reads the body of `POST /filter`, whose filter is among its other members; an empty body is
/// refused, `{}` selects all. Errors have the pointer of the fault: `unknown_member` with the
/// nearest known name, `invalid_filter` for what belongs to the filter, `invalid_request` for the
/// rest, and those of decode_value().
Result<FilterRequest> decode_filter(std::string_view body, MemoryAccount* memory = nullptr);

}  // namespace dropzone::json
