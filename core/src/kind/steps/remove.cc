#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/step_parameters.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/field_set.h"

namespace dropzone {
namespace {

class Remove final : public Step {
 public:
  explicit Remove(std::vector<FieldPath> fields) : fields_(std::move(fields)) {}

  std::string_view name() const noexcept override { return "remove"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object& object, const StepContext&) const override {
    fields_.remove_from(object);
    return {};
  }

  void infer(KnownFields& known) const override {
    for (const FieldPath& field : fields_.fields()) known.remove(field);
  }

 private:
  FieldSet fields_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_remove(const Value& definition) {
  StepParameters parameters(definition, {"fields"});
  std::vector<FieldPath> fields = parameters.fields("fields");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Remove>(std::move(fields));
}

}  // namespace dropzone
