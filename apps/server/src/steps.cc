#include "steps.h"

namespace dropzone::server {

StepRegistry server_steps() { return StepRegistry::with_core_steps(); }

}  // namespace dropzone::server
