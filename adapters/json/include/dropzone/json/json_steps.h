#pragma once

#include <dropzone/kind/step.h>

namespace dropzone::json {

/// Adds `parse_json`, which makes a value of JSON text that is in a field.
void add_json_steps(StepRegistry& registry);

}  // namespace dropzone::json
