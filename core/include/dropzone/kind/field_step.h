#pragma once

#include <optional>
#include <vector>

#include <dropzone/kind/field_type.h>
#include <dropzone/kind/step.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// A step that computes a new value from the value of a field, for one field or each of several:
/// its factory reads StepParameters::targets(). It refuses a record as a whole, which
/// then stays unchanged.
class FieldStep : public Step {
 public:
  explicit FieldStep(FieldTargets targets);

  Result<void> apply(Object& object, const StepContext& context) const final;
  [[nodiscard]] bool refuses_unchanged() const noexcept final { return true; }
  void infer(KnownFields& known) const final;

 protected:
  using Target = FieldTargets::Target;

  /// What is known of the new values.
  struct Made {
    FieldType type = FieldType::any;
    bool may_be_missing = false;  ///< make() may return nothing.
  };

 private:
  /// The new value for the one at `target.from`, or nothing if `target.to` is to be missing. Asks
  /// the allowance before it makes a value. Errors have their pointer.
  [[nodiscard]] virtual Result<std::optional<Value>> make(const Value& value, const Target& target,
                                                          const StepContext& context) const = 0;
  [[nodiscard]] virtual Made makes() const noexcept = 0;

  Result<void> apply_one(Object& object, const Target& target, const StepContext& context) const;
  Result<void> apply_all(Object& object, const StepContext& context) const;

  std::vector<Target> targets_;
  bool in_place_;
  bool ignore_missing_;
};

}  // namespace dropzone
