#pragma once

#include <dropzone/kind/step.h>
#include <dropzone/steps_crypto/step_keys.h>

namespace dropzone {

/// Adds `hash`, which puts the SHA-256 of a value in its place, or its HMAC under one of the keys.
void add_crypto_steps(StepRegistry& registry, StepKeys keys);

}  // namespace dropzone
