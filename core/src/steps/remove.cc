#include <dropzone/field_edit.h>
#include <dropzone/known_types.h>
#include <dropzone/step_parameters.h>

#include "steps/core_steps.h"

namespace dropzone {
namespace {

class Remove final : public Step {
 public:
  explicit Remove(std::vector<FieldPath> fields) : fields_(std::move(fields)) {}

  std::string_view name() const noexcept override { return "remove"; }

  Result<void> apply(Object& object) const override {
    for (const FieldPath& field : fields_) take_field(object, field);
    return {};
  }

  void infer(FieldTypes& types) const override {
    for (const FieldPath& field : fields_) forget_known_type(types, field);
  }

 private:
  std::vector<FieldPath> fields_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_remove(const Value& definition) {
  StepParameters parameters(definition, {"fields"});
  std::vector<FieldPath> fields = parameters.fields("fields");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Remove>(std::move(fields));
}

}  // namespace dropzone
