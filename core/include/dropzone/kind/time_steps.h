#pragma once

#include <dropzone/kind/step.h>
#include <dropzone/kind/time_zone.h>

namespace dropzone {

/// The factories of `parse_time` and `format_time`, for zones that the finder finds. Those of
/// StepRegistry::with_core_steps() know UTC and offsets.
[[nodiscard]] StepFactory parse_time_step(TimeZoneFinder zones);
[[nodiscard]] StepFactory format_time_step(TimeZoneFinder zones);

}  // namespace dropzone
