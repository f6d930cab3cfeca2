#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
namespace {

class Rename final : public Step {
 public:
  Rename(FieldPath from, FieldPath to, bool ignore_missing)
      : from_(std::move(from)), to_(std::move(to)), ignore_missing_(ignore_missing) {}

  std::string_view name() const noexcept override { return "rename"; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    auto value = take_field(object, from_);
    if (!value) return ignore_missing_ ? Result<void>() : missing_field(from_);
    if (auto made = context.allowance.make(to_, moved(*value)); !made) return made;
    return set_field(object, to_, *std::move(value));
  }

  void infer(KnownFields& known) const override {
    const KnownFields::Part moved = known.part(from_);
    known.remove(from_);
    if (ignore_missing_) {
      known.may_set(to_);
    } else {
      known.set(to_, moved);
    }
  }

 private:
  // A value that is moved takes no more memory; and where it is no deeper than it was, how deep it
  // is within is of no interest.
  [[nodiscard]] Extent moved(const Value& value) const noexcept {
    const bool deeper = to_.parts().size() > from_.parts().size();
    return {.depth = deeper ? extent_of(value).depth : 0, .bytes = 0};
  }

  FieldPath from_;
  FieldPath to_;
  bool ignore_missing_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_rename(const Value& definition) {
  StepParameters parameters(definition, {"from", "to", "ignore_missing"});
  FieldPath from = parameters.field("from");
  FieldPath to = parameters.field("to");
  const bool ignore_missing = parameters.flag("ignore_missing");
  if (from == to) parameters.refuse("to", "The fields \"from\" and \"to\" must be different.");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Rename>(std::move(from), std::move(to), ignore_missing);
}

}  // namespace dropzone
