#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <dropzone/value/field_path.h>

namespace dropzone::json {

/// Called for each requested field that an object has.
using OnField = std::function<void(const FieldPath&)>;

/// Appends the object with these fields alone, in the object's own order. A dotted field stays
/// inside its objects; one that is missing leaves no trace of them. The field `_id` is not data
/// and means nothing here. Precondition: `data` is the canonical text of an object.
void append_projected(std::string& out, std::string_view data, std::span<const FieldPath> fields,
                      const OnField& on_field = nullptr);

}  // namespace dropzone::json
