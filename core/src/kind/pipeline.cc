#include <dropzone/kind/pipeline.h>

#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

constexpr std::size_t kStepWork = 4;  // In the units of Watch.

Error invalid_pipeline(std::string pointer, std::string detail) {
  return {ErrorCode::invalid_configuration, std::move(detail), std::move(pointer)};
}

Result<std::unique_ptr<Step>> parse_step(const Value& definition, std::string pointer,
                                         const StepRegistry& registry) {
  const Object* object = definition.as_object();
  if (!object || object->size() != 1) {
    return invalid_pipeline(std::move(pointer),
                            "A step must be an object of one member: its name and its parameters.");
  }
  const Member& member = object->members().front();
  auto step = registry.make(member.name, member.value);
  if (!step) step.error().pointer.insert(0, pointer_to(std::move(pointer), member.name));
  return step;
}

}  // namespace

Result<Pipeline> Pipeline::parse(const Value& definition, const StepRegistry& registry,
                                 const DefinitionLimits& limits) {
  const Array* list = definition.as_array();
  if (!list) {
    return invalid_pipeline({}, "A pipeline must be a list of steps, not " +
                                    with_article(class_name(definition.value_class())) + ".");
  }
  if (list->size() > limits.max_steps) {
    return invalid_pipeline(pointer_to({}, limits.max_steps),
                            "There are more than " + std::to_string(limits.max_steps) + " steps.");
  }
  std::vector<std::unique_ptr<Step>> steps;
  for (const Value& element : *list) {
    auto step = parse_step(element, pointer_to({}, steps.size()), registry);
    if (!step) return std::move(step).error();
    steps.push_back(*std::move(step));
  }
  return Pipeline(std::move(steps));
}

Result<Object> Pipeline::apply(Object object) const {
  Allowance allowance{RecordLimits{}};
  return apply(std::move(object), allowance);
}

Result<Object> Pipeline::apply(Object object, Allowance& allowance, const Trace& trace) const {
  allowance.next_record();
  for (const auto& step : steps_) {
    if (auto applied = step->apply(object, allowance); !applied) {
      applied.error().step = step->name();
      return std::move(applied).error();
    }
    if (trace) trace(step->name(), object);
    const bool over = allowance.is_over(kStepWork + object.size());
    if (over || trace) {
      if (auto error = allowance.exhausted()) return *std::move(error);
    }
  }
  return object;
}

KnownFields Pipeline::known_fields() const {
  KnownFields known;
  for (const auto& step : steps_) step->infer(known);
  return known;
}

}  // namespace dropzone
