#include <utility>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/move_parameters.h"

namespace dropzone {
namespace {

class Copy final : public Step {
 public:
  explicit Copy(MoveParameters move) : move_(std::move(move)) {}

  std::string_view name() const noexcept override { return "copy"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    const Value* value = move_.from.find_in(object);
    if (!value) return move_.ignore_missing ? Result<void>() : missing_field(move_.from);
    if (auto made = context.allowance.make(move_.to, extent_of(*value)); !made) return made;
    return set_field(object, move_.to, *value);
  }

  void infer(KnownFields& known) const override {
    if (move_.ignore_missing) {
      known.may_set(move_.to);
    } else {
      known.set(move_.to, known.part(move_.from));
    }
  }

 private:
  MoveParameters move_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_copy(const Value& definition) {
  auto parameters = MoveParameters::parse(definition);
  if (!parameters) return std::move(parameters).error();
  return std::make_unique<Copy>(*std::move(parameters));
}

}  // namespace dropzone
