#include <utility>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/move_parameters.h"

namespace dropzone {
namespace {

class Rename final : public Step {
 public:
  explicit Rename(MoveParameters move) : move_(std::move(move)) {}

  std::string_view name() const noexcept override { return "rename"; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    auto value = take_field(object, move_.from);
    if (!value) return move_.ignore_missing ? Result<void>() : missing_field(move_.from);
    if (auto made = context.allowance.make(move_.to, moved(*value)); !made) return made;
    return set_field(object, move_.to, *std::move(value));
  }

  void infer(KnownFields& known) const override {
    const KnownFields::Part moved = known.part(move_.from);
    known.remove(move_.from);
    if (move_.ignore_missing) {
      known.may_set(move_.to);
    } else {
      known.set(move_.to, moved);
    }
  }

 private:
  // A value that is moved takes no more memory; and if it is not deeper than it was, how deep it
  // is within is of no interest.
  [[nodiscard]] Extent moved(const Value& value) const noexcept {
    const bool deeper = move_.to.parts().size() > move_.from.parts().size();
    return {.depth = deeper ? extent_of(value).depth : 0, .bytes = 0};
  }

  MoveParameters move_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_rename(const Value& definition) {
  auto parameters = MoveParameters::parse(definition);
  if (!parameters) return std::move(parameters).error();
  return std::make_unique<Rename>(*std::move(parameters));
}

}  // namespace dropzone
