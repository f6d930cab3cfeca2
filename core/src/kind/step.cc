#include <dropzone/kind/step.h>

#include <vector>

#include <dropzone/expects.h>
#include <dropzone/kind/time_steps.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
void Step::infer(KnownFields& known) const { known = {}; }

StepRegistry StepRegistry::with_core_steps() {
  StepRegistry registry;
  registry.add("copy", make_copy);
  registry.add("format_time", format_time_step(find_fixed_time_zone));
  registry.add("keep", make_keep);
  registry.add("parse_time", parse_time_step(find_fixed_time_zone));
  registry.add("remove", make_remove);
  registry.add("rename", make_rename);
  registry.add("require", make_require);
  registry.add("set", make_set);
  registry.add("statistics", make_statistics);
  return registry;
}

void StepRegistry::add(std::string name, StepFactory factory) {
  add_nesting(std::move(name),
              [factory = std::move(factory)](const Value& parameters, PipelineParser&) {
                return factory(parameters);
              });
}

void StepRegistry::add_nesting(std::string name, NestingStepFactory factory) {
  [[maybe_unused]] const bool is_new =
      factories_.emplace(std::move(name), std::move(factory)).second;
  DROPZONE_EXPECTS(is_new);
}

void StepRegistry::replace(std::string name, StepFactory factory) {
  factories_.erase(name);
  add(std::move(name), std::move(factory));
}

std::vector<std::string_view> StepRegistry::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, factory] : factories_) names.emplace_back(name);
  return names;
}

Result<std::unique_ptr<Step>> StepRegistry::make(std::string_view name, const Value& parameters,
                                                 PipelineParser& parser) const {
  const auto factory = factories_.find(name);
  if (factory != factories_.end()) return factory->second(parameters, parser);
  return Error{ErrorCode::invalid_configuration, "There is no step " + in_quotes(name) + '.' +
                                                     did_you_mean_one_of(name, names(), "steps")};
}

}  // namespace dropzone
