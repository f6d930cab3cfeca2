#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
namespace {

class ParseTime final : public Step {
 public:
  ParseTime(FieldPath field, FieldPath to) : field_(std::move(field)), to_(std::move(to)) {}

  std::string_view name() const noexcept override { return "parse_time"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    const Value* value = field_.find_in(object);
    if (!value) return missing_field(field_);
    const std::string* text = value->as_string();
    if (!text) return type_mismatch(pointer_to(field_), "string", *value);
    auto timestamp = parse_timestamp(*text);
    if (!timestamp) {
      timestamp.error().pointer = pointer_to(field_);
      return std::move(timestamp).error();
    }
    return make_scalar(object, to_, *timestamp, context.allowance);
  }

  void infer(KnownFields& known) const override { known.set(to_, FieldType::timestamp); }

 private:
  FieldPath field_;
  FieldPath to_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_parse_time(const Value& definition) {
  StepParameters parameters(definition, {"field", "to"});
  FieldPath field = parameters.field("field");
  FieldPath to = parameters.optional_field("to").value_or(field);
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<ParseTime>(std::move(field), std::move(to));
}

}  // namespace dropzone
