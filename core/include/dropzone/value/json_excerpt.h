#pragma once

#include <cstddef>
#include <string>

#include <dropzone/value/value.h>

namespace dropzone {

/// The value's JSON text, see to_json(), if it has no more than `max_bytes`. Else its beginning,
/// cut between two characters, and an ellipsis: so many bytes at most, and no JSON any more. Takes
/// time and memory for what it shows, however large the value is. Precondition: max_bytes >= 3.
[[nodiscard]] std::string json_excerpt(const Value& value, std::size_t max_bytes);

/// The same of JSON text that is there already.
[[nodiscard]] std::string json_excerpt(std::string json, std::size_t max_bytes);

}  // namespace dropzone
