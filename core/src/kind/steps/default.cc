#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/field_type.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/value/extent.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
namespace {

class Default final : public Step {
 public:
  Default(FieldPath field, Value value, bool replaces_null)
      : field_(std::move(field)),
        value_(std::move(value)),
        extent_(extent_of(value_)),
        replaces_null_(replaces_null) {}

  std::string_view name() const noexcept override { return "default"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    const Value* found = field_.find_in(object);
    const bool is_null = found && found->value_class() == ValueClass::null;
    if (found && !(is_null && replaces_null_)) return {};
    if (auto made = context.allowance.make(field_, extent_); !made) return made;
    return set_field(object, field_, value_);
  }

  void infer(KnownFields& known) const override {
    const FieldType type = type_of(value_);
    const FieldType before = known.type_of(field_);
    const bool always = !known.can_have(field_) || (replaces_null_ && before == FieldType::null);
    known.set(field_, always || before == type ? type : FieldType::any);
  }

 private:
  FieldPath field_;
  Value value_;
  Extent extent_;
  bool replaces_null_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_default(const Value& definition) {
  StepParameters parameters(definition, {"field", "value", "null"});
  FieldPath field = parameters.field("field");
  Value value = parameters.value("value");
  const bool replaces_null = parameters.flag("null");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Default>(std::move(field), std::move(value), replaces_null);
}

}  // namespace dropzone
