#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
namespace {

class Copy final : public Step {
 public:
  Copy(FieldPath from, FieldPath to, bool ignore_missing)
      : from_(std::move(from)), to_(std::move(to)), ignore_missing_(ignore_missing) {}

  std::string_view name() const noexcept override { return "copy"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    const Value* value = from_.find_in(object);
    if (!value) return ignore_missing_ ? Result<void>() : missing_field(from_);
    if (auto made = context.allowance.make(to_, extent_of(*value)); !made) return made;
    return set_field(object, to_, *value);
  }

  void infer(KnownFields& known) const override {
    if (ignore_missing_) {
      known.may_set(to_);
    } else {
      known.set(to_, known.part(from_));
    }
  }

 private:
  FieldPath from_;
  FieldPath to_;
  bool ignore_missing_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_copy(const Value& definition) {
  StepParameters parameters(definition, {"from", "to", "ignore_missing"});
  FieldPath from = parameters.field("from");
  FieldPath to = parameters.field("to");
  const bool ignore_missing = parameters.flag("ignore_missing");
  if (from == to) parameters.refuse("to", "The fields \"from\" and \"to\" must be different.");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Copy>(std::move(from), std::move(to), ignore_missing);
}

}  // namespace dropzone
