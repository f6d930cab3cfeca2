#pragma once

#include <dropzone/kind/step.h>
#include <dropzone/result.h>

#include "options/options.h"

namespace dropzone::server {

/// All steps, with the keys that --step-keys names. A fault in that file names the option.
Result<StepRegistry> make_steps(const Options& options);

}  // namespace dropzone::server
