#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/kind/known_fields.h>
#include <dropzone/kind/step_context.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// One step of a pipeline. Immutable once made, so many threads may apply it at once.
///
/// Example:
///
///     class Stamp final : public Step {
///       [[nodiscard]] std::string_view name() const noexcept override { return "stamp"; }
///       Result<void> apply(Object& object, const StepContext&) const override {
///         object.set("stamped", true);
///         return {};
///       }
///     };
///     StepRegistry registry = StepRegistry::with_core_steps();
///     registry.add("stamp", [](const Value&) -> Result<std::unique_ptr<Step>> {
///       return std::unique_ptr<Step>(new Stamp());
///     });
class Step {
 public:
  virtual ~Step() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Changes the object in place, or refuses it. After a refusal the object's state is unspecified,
  /// unless refuses_unchanged(). An error's `pointer` leads to the member at fault; `step` is
  /// filled in by the pipeline.
  ///
  /// A step that makes or copies a value, or moves one deeper, first asks the context's
  /// allowance: so no record grows without bounds, whatever the steps are.
  virtual Result<void> apply(Object& object, const StepContext& context) const = 0;

  /// Whether a refusal leaves the object unchanged. If not, a pipeline that goes on after one
  /// has to copy the object beforehand.
  [[nodiscard]] virtual bool refuses_unchanged() const noexcept { return false; }

  /// Whether it reads the context's `received`, which is then kept with each record.
  [[nodiscard]] virtual bool reads_received() const noexcept { return false; }

  /// Updates what is known of the fields before the step to what is known after it. A step that
  /// does not override this forgets everything, which is always right.
  virtual void infer(KnownFields& known) const;
};

class PipelineParser;

/// Makes a step from its parameters: the value of the step's name in a kind file. Errors are
/// `invalid_configuration`, say what is wrong with which parameter, and have its pointer.
using StepFactory = std::function<Result<std::unique_ptr<Step>>(const Value& parameters)>;

/// The same for a step that contains steps, which the parser reads.
using NestingStepFactory =
    std::function<Result<std::unique_ptr<Step>>(const Value& parameters, PipelineParser& parser)>;

/// The steps from which pipelines can be built, by name.
class StepRegistry {
 public:
  /// All steps of the core.
  static StepRegistry with_core_steps();

  /// Precondition: no step has this name yet.
  void add(std::string name, StepFactory factory);
  void add_nesting(std::string name, NestingStepFactory factory);
  /// Adds a step, or replaces the one of this name.
  void replace(std::string name, StepFactory factory);

  [[nodiscard]] bool contains(std::string_view name) const { return factories_.contains(name); }

  /// The names of all steps, sorted; valid as long as the registry.
  [[nodiscard]] std::vector<std::string_view> names() const;

  /// `invalid_configuration` names the nearest known step if there is none of this name.
  [[nodiscard]] Result<std::unique_ptr<Step>> make(std::string_view name, const Value& parameters,
                                                   PipelineParser& parser) const;

 private:
  std::map<std::string, NestingStepFactory, std::less<>> factories_;
};

}  // namespace dropzone
