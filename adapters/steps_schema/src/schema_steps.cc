#include <dropzone/steps_schema/schema_steps.h>

#include "validate.h"

namespace dropzone {

void add_schema_steps(StepRegistry& registry) { registry.add("validate", make_validate); }

}  // namespace dropzone
