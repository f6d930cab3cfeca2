#include <dropzone/steps_re2/re2_steps.h>

#include "step_factories.h"

namespace dropzone {

void add_re2_steps(StepRegistry& registry) {
  registry.add("extract", make_extract);
  registry.add("redact", make_redact);
  registry.add("replace", make_replace);
}

}  // namespace dropzone
