#pragma once

#include <dropzone/steps/all_steps.h>

#include "core/step_testing.h"

namespace dropzone {

/// All steps, for the functions of step_testing.h.
inline const StepRegistry& every_step() {
  static const StepRegistry registry = all_steps();
  return registry;
}

/// What a step makes of a field "v", as JSON, or its refusal in short.
inline std::string made_of(std::string_view name, Object parameters, Value value) {
  parameters.append("field", "v");
  const auto pipeline = parse_pipeline({step(name, std::move(parameters))}, every_step());
  if (!pipeline) return pipeline.error().pointer + ": " + pipeline.error().detail;
  const auto result = pipeline->apply({{"v", std::move(value)}});
  return result ? to_json(*result->find("v")) : in_short(result.error());
}

/// The detail of a step's refusal of a field "v"; empty if it does not refuse it.
inline std::string detail_of(std::string_view name, Object parameters, Value value) {
  parameters.append("field", "v");
  const auto result = parse_pipeline({step(name, std::move(parameters))}, every_step())
                          .value()
                          .apply({{"v", std::move(value)}});
  return result ? "" : result.error().detail;
}

}  // namespace dropzone
