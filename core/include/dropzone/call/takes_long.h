#pragma once

#include <dropzone/error.h>

namespace dropzone {

/// The error of a call that would have to read for long, and may not: see CallOptions::may_wait.
[[nodiscard]] inline Error takes_long() {
  return {ErrorCode::unavailable, "The call takes too long for a thread that may not wait."};
}

}  // namespace dropzone
