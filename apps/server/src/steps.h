#pragma once

#include <dropzone/kind/step.h>

namespace dropzone::server {

/// All steps that the kinds of the server and of its commands may have. A step that needs a library
/// is an adapter, and is added here.
[[nodiscard]] StepRegistry server_steps();

}  // namespace dropzone::server
