#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <dropzone/call/memory_account.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone::json {

/// The body of `POST /kinds/{name}/retransform`.
struct RetransformBody {
  std::optional<Value> filter;  ///< As it stands there: an object.
  bool dry_run = false;
  std::optional<std::int64_t> max_per_second;  ///< At least 1.
};

/// Reads `{"filter"?, "dryRun"?, "maxPerSecond"?}`. Errors have the pointer of the fault:
/// `unknown_member` with the nearest known name, `invalid_request`, and those of
/// decode_value().
Result<RetransformBody> decode_retransform(std::string_view body, MemoryAccount* memory = nullptr);

}  // namespace dropzone::json
