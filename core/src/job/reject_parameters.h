#pragma once

#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/value.h>

namespace dropzone {

// Which rejects a job is about, as its parameters say it.

[[nodiscard]] Object parameters_of(const RejectSelection& selection);

/// The selection that parameters_of() has noted.
[[nodiscard]] Result<RejectSelection> selection_of(const Object& parameters);

}  // namespace dropzone
