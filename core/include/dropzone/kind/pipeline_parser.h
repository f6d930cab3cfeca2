#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <dropzone/kind/pipeline.h>
#include <dropzone/kind/step.h>
#include <dropzone/result.h>
#include <dropzone/value/limits.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Reads the lists of steps of one definition, including those inside other steps: together they
/// keep to the limits. For factories of steps that contain steps. Not thread-safe.
class PipelineParser {
 public:
  /// The registry must outlive it.
  PipelineParser(const StepRegistry& registry, const DefinitionLimits& limits)
      : registry_(registry), max_steps_(limits.max_steps) {}

  /// Reads a list of steps. `known` is what is known of the fields before them, and becomes what is
  /// known after them. Errors are `invalid_configuration` with a pointer from the list's start.
  Result<Pipeline> parse(const Value& definition, KnownFields& known);

 private:
  Result<Pipeline::GuardedStep> parse_step(const Value& definition, KnownFields& known);
  Result<std::unique_ptr<const StepGuard>> parse_guard(const Object& definition, const Step& step,
                                                       KnownFields& known);
  Result<Pipeline> parse_list(const Array& list, KnownFields& known);

  const StepRegistry& registry_;
  const std::size_t max_steps_;
  std::size_t steps_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace dropzone
