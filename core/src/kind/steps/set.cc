#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/step_parameters.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
namespace {

class Set final : public Step {
 public:
  Set(FieldPath field, Value value)
      : field_(std::move(field)), value_(std::move(value)), extent_(extent_of(value_)) {}

  std::string_view name() const noexcept override { return "set"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    if (auto made = context.allowance.make(field_, extent_); !made) return made;
    return set_field(object, field_, value_);
  }

  void infer(KnownFields& known) const override { known.set(field_, type_of(value_)); }

 private:
  FieldPath field_;
  Value value_;
  Extent extent_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_set(const Value& definition) {
  StepParameters parameters(definition, {"field", "value"});
  FieldPath field = parameters.field("field");
  Value value = parameters.value("value");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Set>(std::move(field), std::move(value));
}

}  // namespace dropzone
