#include <algorithm>
#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/field_set.h"

namespace dropzone {
namespace {

class Require final : public Step {
 public:
  explicit Require(std::vector<FieldPath> fields) : fields_(std::move(fields)) {}

  std::string_view name() const noexcept override { return "require"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object& object, const StepContext&) const override {
    const auto found = fields_.find_in(std::as_const(object));
    const auto missing = std::ranges::find(found, nullptr);
    if (missing == found.end()) return {};
    return missing_field(fields_.fields()[static_cast<std::size_t>(missing - found.begin())]);
  }

  void infer(KnownFields&) const override {}

 private:
  FieldSet fields_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_require(const Value& definition) {
  StepParameters parameters(definition, {"fields"});
  std::vector<FieldPath> fields = parameters.fields("fields");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Require>(std::move(fields));
}

}  // namespace dropzone
