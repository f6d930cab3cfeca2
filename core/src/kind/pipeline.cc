#include <dropzone/kind/pipeline.h>

#include <algorithm>
#include <utility>

#include <dropzone/kind/pipeline_parser.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_pointer.h>

#include "kind/step_guard.h"

namespace dropzone {
namespace {

constexpr std::size_t kStepWork = 4;  // In the units of Watch.

/// Says which step refused what. A step inside this one has said so of itself already.
void note_refusal(Error& error, const Step& step, std::size_t index, const Object& object) {
  if (error.step.empty()) {
    error.step = step.name();
    show_values(error, object);
  }
  within_step(error, pointer_to({}, index));
}

}  // namespace

Pipeline::Pipeline() = default;
Pipeline::Pipeline(Pipeline&&) noexcept = default;
Pipeline& Pipeline::operator=(Pipeline&&) noexcept = default;
Pipeline::~Pipeline() = default;

Result<Pipeline> Pipeline::parse(const Value& definition, const StepRegistry& registry,
                                 const DefinitionLimits& limits) {
  KnownFields known;
  return PipelineParser(registry, limits).parse(definition, known);
}

Result<Object> Pipeline::apply(Object object) const {
  Allowance allowance{RecordLimits{}};
  return apply(std::move(object), allowance);
}

Result<Object> Pipeline::apply(Object object, const StepContext& context,
                               const Trace& trace) const {
  context.allowance.next_record();
  if (auto applied = apply_within(object, context, trace); !applied) {
    return std::move(applied).error();
  }
  return object;
}

Result<void> Pipeline::apply_within(Object& object, const StepContext& context,
                                    const Trace& trace) const {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const GuardedStep& guarded = steps_[i];
    const Step& step = *guarded.step;
    StepOutcome outcome;
    auto applied = guarded.guard ? guarded.guard->apply(step, object, context, outcome)
                                 : step.apply(object, context);
    if (!applied) {
      note_refusal(applied.error(), step, i, object);
      return applied;
    }
    if (trace) {
      trace({.step = step.name(),
             .after = object,
             .skipped = outcome.skipped,
             .error = outcome.handled ? &*outcome.handled : nullptr});
    }
    const bool over = context.allowance.is_over(kStepWork + object.size());
    if (over || trace) {
      if (auto error = context.allowance.exhausted()) return *std::move(error);
    }
  }
  return {};
}

void Pipeline::infer(KnownFields& known) const {
  for (const GuardedStep& guarded : steps_) {
    if (guarded.guard) {
      guarded.guard->infer(*guarded.step, known);
    } else {
      guarded.step->infer(known);
    }
  }
}

bool Pipeline::reads_received() const noexcept {
  return std::ranges::any_of(steps_, [](const GuardedStep& guarded) {
    return guarded.step->reads_received() || (guarded.guard && guarded.guard->reads_received());
  });
}

KnownFields Pipeline::known_fields() const {
  KnownFields known;
  infer(known);
  return known;
}

}  // namespace dropzone
