#pragma once

#include <vector>

#include <dropzone/value/value.h>

#include "db/connection.h"
#include "db/scalar_columns.h"
#include "query/key_range.h"

namespace dropzone::sqlite {

/// What an index keeps of one record.
struct IndexEntries {
  std::vector<Value> scalars;  ///< Each different one once, ascending.
  bool elements = false;       ///< They are an array's, so the record is in no order by the field.

  friend bool operator==(const IndexEntries&, const IndexEntries&) = default;
};

/// The entries for what a record has at the field; null is for a field that is missing.
[[nodiscard]] IndexEntries entries_of(const Value* value);

/// Binds class, value and id to three parameters, so that comparing the row value with them finds
/// the place of the bound.
void bind_bound(Statement& statement, int first_parameter, const Bound& bound);
/// Of these the value alone.
void bind_value_of_bound(Statement& statement, int parameter, const Bound& bound);

}  // namespace dropzone::sqlite
