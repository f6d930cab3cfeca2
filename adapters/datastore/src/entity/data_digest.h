#pragma once

#include <string>
#include <string_view>

namespace dropzone::datastore {

/// What `_meta` has of a record's data and original, so that a change by another program shows. Not
/// for security: 64 bits of FNV-1a, as 16 hexadecimal digits.
[[nodiscard]] std::string data_digest(std::string_view data_json, std::string_view original);

}  // namespace dropzone::datastore
