#pragma once

#include <string>
#include <string_view>

#include <dropzone/call/memory_account.h>
#include <dropzone/result.h>

namespace dropzone::json {

/// Reads `{"version"}` of a request to restore a record. Errors have the pointer of the fault:
/// `unknown_member` with the nearest known name, `invalid_request`, and those of decode_value().
Result<std::string> decode_restore(std::string_view body, MemoryAccount* memory = nullptr);

}  // namespace dropzone::json
