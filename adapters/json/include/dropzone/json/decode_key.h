#pragma once

#include <string_view>

#include <dropzone/auth/key_service.h>
#include <dropzone/result.h>

namespace dropzone::json {

/// Reads `{"name", "roles", "expiresIn"?, "addresses"?, "certificate"?}`, the parameters of a new
/// key. Errors have the pointer of the fault: `unknown_member` with the nearest known name,
/// `invalid_request`, and those of decode_value().
Result<NewKey> decode_key(std::string_view body);

}  // namespace dropzone::json
