#pragma once

#include <dropzone/kind/step.h>
#include <dropzone/steps_crypto/step_keys.h>

namespace dropzone {

/// Every step that there is: the core's, and those of the adapters that each bring one library. The
/// server and its commands, the tests, the fuzzers and the benchmarks take their steps from here.
///
/// A program that embeds the library, and wants fewer libraries, adds the steps of single adapters
/// to StepRegistry::with_core_steps() instead. `keys` are the secrets that `hash` may use.
[[nodiscard]] StepRegistry all_steps(StepKeys keys = {});

}  // namespace dropzone
