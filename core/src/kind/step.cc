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
  registry.add("convert", make_convert);
  registry.add("copy", make_copy);
  registry.add("default", make_default);
  registry.add("flatten", make_flatten);
  registry.add_nesting("for_each", make_for_each);
  registry.add("format", make_format);
  registry.add("format_time", format_time_step(find_fixed_time_zone));
  registry.add("join", make_join);
  registry.add("keep", make_keep);
  registry.add("lookup", make_lookup);
  registry.add("lowercase", make_lowercase);
  registry.add("parse_key_value", make_parse_key_value);
  registry.add("parse_time", parse_time_step(find_fixed_time_zone));
  registry.add("received", make_received);
  registry.add("reject", make_reject);
  registry.add("remove", make_remove);
  registry.add("rename", make_rename);
  registry.add("require", make_require);
  registry.add("set", make_set);
  registry.add("split", make_split);
  registry.add("statistics", make_statistics);
  registry.add("trim", make_trim);
  registry.add("unflatten", make_unflatten);
  registry.add("uppercase", make_uppercase);
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
