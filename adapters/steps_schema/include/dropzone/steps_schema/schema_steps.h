#pragma once

#include <dropzone/kind/step.h>

namespace dropzone {

/// Adds `validate`, which holds records to a JSON Schema of draft 7.
void add_schema_steps(StepRegistry& registry);

}  // namespace dropzone
