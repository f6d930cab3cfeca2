#include "kind/step_guard.h"

#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/value/extent.h>

namespace dropzone {

StepGuard::StepGuard(std::optional<Filter> condition, std::optional<Pipeline> handler)
    : condition_(condition ? std::make_unique<Condition>(*std::move(condition)) : nullptr),
      handler_(std::move(handler)) {}

Result<void> StepGuard::apply(const Step& step, Object& object, const StepContext& context,
                              StepOutcome& outcome) const {
  if (condition_ && !condition_->matcher.matches({}, object, context.allowance.watch())) {
    outcome.skipped = true;
    return {};
  }
  return handler_ ? apply_handled(step, object, context, outcome) : step.apply(object, context);
}

Result<void> StepGuard::apply_handled(const Step& step, Object& object, const StepContext& context,
                                      StepOutcome& outcome) const {
  std::optional<Object> before;
  if (!step.refuses_unchanged()) {
    if (auto made = context.allowance.make(extent_of(object)); !made) return made;
    before = object;
  }
  auto applied = step.apply(object, context);
  if (applied || context.allowance.exhausted()) return applied;
  if (before) object = *std::move(before);
  outcome.handled = std::move(applied).error();
  auto handled = handler_->apply_within(object, context);
  if (!handled) within_step(handled.error(), "/onError");
  return handled;
}

void StepGuard::infer(const Step& step, KnownFields& known) const {
  const KnownFields before = known;
  step.infer(known);
  if (handler_) {
    KnownFields handled = before;
    handler_->infer(handled);
    known.join(handled);
  }
  if (condition_) known.join(before);
}

}  // namespace dropzone
