#pragma once

#include <string>
#include <vector>

#include <dropzone/query/group_by.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone::json {

/// Reads what an aggregate groups by: a field's name, `{"field", "every"}`, or an array of one or
/// two of these. `invalid_request` or `unknown_member`, with a pointer that begins with this one.
Result<std::vector<GroupBy>> decode_group_by(const Value& value, const std::string& pointer);

}  // namespace dropzone::json
