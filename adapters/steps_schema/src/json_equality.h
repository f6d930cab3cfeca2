#pragma once

#include <string>

#include <dropzone/value/value.h>

namespace dropzone {

/// Whether two values are the same JSON: whatever the order of members, and a timestamp is the text
/// that it is shown as.
[[nodiscard]] bool is_equal_json(const Value& a, const Value& b);

/// A text that two values have in common if they are the same JSON, and only then.
[[nodiscard]] std::string equality_key(const Value& value);

}  // namespace dropzone
