#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/json/decode_limits.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>

namespace dropzone::json {

/// What a request to replay rejects says.
struct ReplayRequest {
  std::vector<std::string> reject_ids;  ///< If there are any, the selection is empty.
  RejectSelection selection;
  bool dry_run = false;
  std::optional<std::int64_t> max_per_second = std::nullopt;  ///< Of a job: with a selection alone.
};

/// Reads `{"rejectIds"?, "kind"?, "code"?, "step"?, "receivedBefore"?, "receivedAfter"?,
/// "dryRun"?, "maxPerSecond"?}`. Errors have the pointer of the fault: `unknown_member` with the
/// nearest known name, `invalid_request`, also where rejects are both named and selected, and those
/// of decode_value(). Whether there is such a code is left to the caller.
Result<ReplayRequest> decode_replay(std::string_view body, MemoryAccount* memory = nullptr);

}  // namespace dropzone::json
