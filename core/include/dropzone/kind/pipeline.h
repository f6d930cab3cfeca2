#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/kind/step.h>
#include <dropzone/result.h>
#include <dropzone/value/limits.h>
#include <dropzone/value/value.h>

namespace dropzone {

class StepGuard;

/// An ordered list of steps, each with the condition under which it runs, and what happens to
/// the record if it refuses. Immutable and thread-safe.
///
/// Example:
///
///     const auto registry = StepRegistry::with_core_steps();
///     const Value steps = Array{Object{{"rename", Object{{"from", "t"}, {"to", "celsius"}}}}};
///     DROPZONE_TRY(const Pipeline pipeline, Pipeline::parse(steps, registry));
///     DROPZONE_TRY(const Object record, pipeline.apply(Object{{"t", 21.5}}));
class Pipeline {
 public:
  /// The result of one step, for a trace. Valid only during the call that passes it.
  struct Stage {
    std::string_view step;
    const Object& after;
    bool skipped = false;          ///< Its `if` did not hold.
    const Error* error = nullptr;  ///< It refused, and its `onError` let the record go on.
  };
  /// Receives each step's outcome, up to the one that refuses the record.
  using Trace = std::function<void(const Stage& stage)>;

  Pipeline();
  Pipeline(Pipeline&&) noexcept;
  Pipeline& operator=(Pipeline&&) noexcept;
  ~Pipeline();

  /// `[{"parse_time": {...}}, ...]`: each step is an object of the step's name and its parameters,
  /// and may have `"if"` (a filter over the record as it stands before the step), `"onError"`
  /// (`"reject"`, `"skip"` or a list of steps) and `"description"` next to them. Errors are
  /// `invalid_configuration` with a pointer from the list's start.
  static Result<Pipeline> parse(const Value& definition, const StepRegistry& registry,
                                const DefinitionLimits& limits = kDeployedDefinition);

  /// Transforms a record's object, or refuses it. A refusal's error names the step
  /// and has the pointer of what it refused; possible codes are `too_deep` and `record_too_large`
  /// if the steps make more than the allowance has for one record. If the allowance is exhausted,
  /// apply() ends between two steps with that error.
  [[nodiscard]] Result<Object> apply(Object object, const StepContext& context,
                                     const Trace& trace = {}) const;
  /// The same with the default limits.
  [[nodiscard]] Result<Object> apply(Object object) const;

  /// Applies the steps to an object that is part of a record whose pipeline is running.
  Result<void> apply_within(Object& object, const StepContext& context,
                            const Trace& trace = {}) const;

  /// Updates what is known of the fields before the steps to what is known after them.
  void infer(KnownFields& known) const;
  /// What is known of the fields that the steps leave of a record as it came.
  [[nodiscard]] KnownFields known_fields() const;
  /// Whether a step reads StepContext::received.
  [[nodiscard]] bool reads_received() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return steps_.empty(); }

 private:
  friend class PipelineParser;
  struct GuardedStep {
    std::unique_ptr<Step> step;
    std::unique_ptr<const StepGuard> guard;  ///< Null if it is always applied, and may refuse.
  };

  std::vector<GuardedStep> steps_;
};

}  // namespace dropzone
