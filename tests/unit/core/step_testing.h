#pragma once

#include <string>
#include <string_view>

#include <dropzone/error.h>
#include <dropzone/kind/pipeline.h>
#include <dropzone/kind/step.h>
#include <dropzone/value/json_text.h>

namespace dropzone {

/// The registry of all of these unless another one is given.
inline const StepRegistry& core_steps() {
  static const StepRegistry registry = StepRegistry::with_core_steps();
  return registry;
}

inline Result<Pipeline> parse_pipeline(Array steps, const StepRegistry& registry = core_steps()) {
  return Pipeline::parse(std::move(steps), registry);
}

inline FieldPath field(std::string_view name) { return FieldPath::parse(name).value(); }

/// An error in short: "code step pointer", without what is empty.
inline std::string in_short(const Error& error) {
  std::string text(error_name(error.code));
  if (!error.step.empty()) text += ' ' + error.step;
  if (!error.pointer.empty()) text += ' ' + error.pointer;
  return text;
}

/// The JSON text of what the steps make of an object, or their refusal in short.
inline std::string transformed(Array steps, Object object,
                               const StepRegistry& registry = core_steps()) {
  const auto result = parse_pipeline(std::move(steps), registry).value().apply(std::move(object));
  return result ? to_json(*result) : in_short(result.error());
}

/// The fault in a step's definition: "pointer: detail". Empty if there is none.
inline std::string fault(Value step, const StepRegistry& registry = core_steps()) {
  const auto pipeline = parse_pipeline(Array{std::move(step)}, registry);
  return pipeline ? "" : pipeline.error().pointer + ": " + pipeline.error().detail;
}

/// What steps are known to give to fields: "mean:number time:timestamp".
inline std::string inferred(Array steps, const StepRegistry& registry = core_steps()) {
  std::string text;
  const KnownFields known = parse_pipeline(std::move(steps), registry).value().known_fields();
  for (const std::string& name : known.names()) {
    const FieldType type = known.type_of(FieldPath::parse(name).value());
    if (type == FieldType::any) continue;
    if (!text.empty()) text += ' ';
    text += name + ':' + std::string(type_name(type));
  }
  return text;
}

/// `{name: parameters}`, a step's definition.
inline Value step(std::string_view name, Object parameters) {
  Object definition;
  definition.set(name, std::move(parameters));
  return definition;
}

/// The step that sets a field.
inline Value set_step(std::string_view field, Value value) {
  return step("set", {{"field", field}, {"value", std::move(value)}});
}

/// A step with the members next to it.
inline Value guarded(Value step, std::string_view name, Value value) {
  step.as_object()->set(name, std::move(value));
  return step;
}

inline Value only_if(Value step, Value filter) {
  return guarded(std::move(step), "if", std::move(filter));
}

inline Value only_if(Value step, const char* field, const char* op, Value operand) {
  return only_if(std::move(step),
                 Object{{"field", field}, {"operator", op}, {"value", std::move(operand)}});
}

inline Value on_error(Value step, Value what) {
  return guarded(std::move(step), "onError", std::move(what));
}

}  // namespace dropzone
