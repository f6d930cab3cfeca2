#include <dropzone/steps/all_steps.h>

namespace dropzone {

StepRegistry all_steps() { return StepRegistry::with_core_steps(); }

}  // namespace dropzone
