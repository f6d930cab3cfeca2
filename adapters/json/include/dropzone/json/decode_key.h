#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>

namespace dropzone::json {

/// What a request for a new key says.
struct KeyRequest {
  std::string name;
  std::string roles;
  std::optional<std::size_t> expires_in;  ///< Seconds, up to ten years.
  std::vector<std::string> addresses;
  std::string certificate;  ///< 64 hex digits, in lower case.
};

/// Reads `{"name", "roles", "expiresIn"?, "addresses"?, "certificate"?}`. Errors have the pointer
/// of the fault: `unknown_member` with the nearest known name, `invalid_request`, and those of
/// decode_value().
Result<KeyRequest> decode_key(std::string_view body);

}  // namespace dropzone::json
