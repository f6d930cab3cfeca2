#pragma once

#include <dropzone/kind/step.h>

namespace dropzone {

/// Adds `extract`, `redact` and `replace`, which take regular expressions by RE2: the time that a
/// text takes grows with its length, whatever the expression is.
void add_re2_steps(StepRegistry& registry);

}  // namespace dropzone
