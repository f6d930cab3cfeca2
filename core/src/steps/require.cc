#include <dropzone/refusal.h>
#include <dropzone/step_parameters.h>

#include "steps/core_steps.h"

namespace dropzone {
namespace {

class Require final : public Step {
 public:
  explicit Require(std::vector<FieldPath> fields) : fields_(std::move(fields)) {}

  std::string_view name() const noexcept override { return "require"; }

  Result<void> apply(Object& object) const override {
    for (const FieldPath& field : fields_) {
      if (!field.find_in(object)) return missing_field(field);
    }
    return {};
  }

  void infer(FieldTypes&) const override {}

 private:
  std::vector<FieldPath> fields_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_require(const Value& definition) {
  StepParameters parameters(definition, {"fields"});
  std::vector<FieldPath> fields = parameters.fields("fields");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Require>(std::move(fields));
}

}  // namespace dropzone
