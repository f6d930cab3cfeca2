#pragma once

#include <dropzone/kind/kind.h>
#include <dropzone/query/filter.h>
#include <dropzone/result.h>

namespace dropzone {

/// Gives a filter's operands the types of their fields: where a field is a timestamp by the kind's
/// declaration or pipeline, text becomes a timestamp. `invalid_filter` where it is no RFC 3339
/// date-time.
Result<void> apply_field_types(Filter& filter, const Kind& kind);

}  // namespace dropzone
