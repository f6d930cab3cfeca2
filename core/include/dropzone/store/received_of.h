#pragma once

#include <dropzone/kind/step_context.h>
#include <dropzone/store/record.h>

namespace dropzone {

/// What steps may read when a pipeline runs again over a stored record: what is kept with it. If
/// the record's pipeline did not read that, it was not kept, and the time of the last write stands
/// for it.
[[nodiscard]] inline Received received_of(const RecordMeta& meta) {
  return meta.received.value_or(Received{.at = meta.updated_at, .by = {}});
}

}  // namespace dropzone
