#include "kind/steps/reshape_step.h"

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

Result<void> check_reserved(const Object& object) {
  for (const std::string_view name : {"_id", "_original", "_meta"}) {
    if (!object.find(name)) continue;
    return Error{ErrorCode::reserved_name,
                 "The name " + in_quotes(name) + " is the server's own; no step can make it.",
                 pointer_to({}, name)};
  }
  return {};
}

}  // namespace

Result<ReshapeParameters> ReshapeParameters::parse(const Value& definition) {
  StepParameters parameters(definition, {"field", "separator", "ignore_missing"});
  ReshapeParameters read{.field = parameters.optional_field("field"),
                         .separator = parameters.optional_text("separator").value_or("."),
                         .ignore_missing = parameters.flag("ignore_missing")};
  if (read.separator.empty()) {
    parameters.refuse("separator", "\"separator\" must not be empty.");
  }
  if (read.ignore_missing && !read.field) {
    parameters.refuse("ignore_missing", "Without \"field\" nothing can be missing.");
  }
  if (parameters.fault()) return *parameters.fault();
  return read;
}

Result<void> ReshapeStep::apply(Object& object, const StepContext& context) const {
  Object* target = &object;
  if (parameters_.field) {
    Value* value = find_field(object, *parameters_.field);
    if (!value)
      return parameters_.ignore_missing ? Result<void>() : missing_field(*parameters_.field);
    target = value->as_object();
    if (!target) return type_mismatch(pointer_to(*parameters_.field), "object", *value);
  }
  const std::size_t outside = parameters_.field ? parameters_.field->parts().size() : 0;
  const Allowance::Deeper deeper(context.allowance, outside);
  auto reshaped = reshape(*target, parameters_.separator, context.allowance);
  if (!reshaped) {
    Error error = std::move(reshaped).error();
    if (parameters_.field && !context.allowance.exhausted()) {
      error.pointer.insert(0, pointer_to(*parameters_.field));
    }
    return error;
  }
  if (!parameters_.field) {
    if (auto names = check_reserved(*reshaped); !names) return names;
  }
  *target = *std::move(reshaped);
  return {};
}

void ReshapeStep::infer(KnownFields& known) const {
  if (!parameters_.field) {
    known = {};
  } else if (parameters_.ignore_missing) {
    known.replace(*parameters_.field, FieldType::object);
  } else {
    known.set(*parameters_.field, FieldType::object);
  }
}

}  // namespace dropzone
