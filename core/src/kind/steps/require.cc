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
    return refusal(found, static_cast<std::size_t>(missing - found.begin()));
  }

  void infer(KnownFields&) const override {}

 private:
  [[nodiscard]] Error refusal(const std::vector<const Value*>& found, std::size_t first) const {
    Error error = missing_field(fields_.fields()[first]);
    FaultList faults(static_cast<std::size_t>(std::ranges::count(found, nullptr)));
    for (std::size_t i = first; i < found.size(); ++i) {
      if (found[i]) continue;
      Error missing = missing_field(fields_.fields()[i]);
      faults.add(std::move(missing.pointer), std::move(missing.detail));
    }
    std::move(faults).add_to(error);
    return error;
  }

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
