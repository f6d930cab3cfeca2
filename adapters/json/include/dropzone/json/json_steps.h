#pragma once

#include <dropzone/kind/step.h>

namespace dropzone::json {

/// Adds `parse_json`, which parses a field's JSON text.
void add_json_steps(StepRegistry& registry);

}  // namespace dropzone::json
