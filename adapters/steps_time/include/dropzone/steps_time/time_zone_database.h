#pragma once

#include <memory>
#include <string_view>

#include <dropzone/kind/step.h>
#include <dropzone/kind/time_zone.h>
#include <dropzone/result.h>

namespace dropzone {

/// A TimeZoneFinder of UTC, of offsets, and of all zones of the system's IANA database (Debian's
/// tzdata), which is read once. Thread-safe. `invalid_configuration` for an unknown name, with the
/// nearest one, and if the database or a file of it is missing.
///
/// The database lists the changes of clocks that follow a rule up to 2037. A zone that still
/// changes them has no offsets after the last change on the list, rather than wrong ones.
Result<std::shared_ptr<const TimeZone>> find_time_zone(std::string_view name);

/// Puts `parse_time` and `format_time` that know these zones in the place of the core's own.
void add_time_steps(StepRegistry& registry);

}  // namespace dropzone
