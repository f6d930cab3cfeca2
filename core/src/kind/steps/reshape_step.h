#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <dropzone/kind/step.h>
#include <dropzone/kind/step_parameters.h>

namespace dropzone {

/// The parameters of a step that gives an object another shape.
struct ReshapeParameters {
  std::optional<FieldPath> field;  ///< Nothing: the record itself.
  std::string separator = ".";
  bool ignore_missing = false;

  static Result<ReshapeParameters> parse(const Value& definition);
};

/// A step that gives an object another shape, in which names are joined by a separator.
class ReshapeStep : public Step {
 public:
  explicit ReshapeStep(ReshapeParameters parameters) : parameters_(std::move(parameters)) {}

  Result<void> apply(Object& object, const StepContext& context) const final;
  void infer(KnownFields& known) const final;

 private:
  /// What the object becomes; it may be used up. Pointers of errors are from its start.
  virtual Result<Object> reshape(Object& object, const std::string& separator,
                                 Allowance& allowance) const = 0;

  ReshapeParameters parameters_;
};

template <typename T>
Result<std::unique_ptr<Step>> make_reshape_step(const Value& definition) {
  auto parameters = ReshapeParameters::parse(definition);
  if (!parameters) return std::move(parameters).error();
  return std::make_unique<T>(*std::move(parameters));
}

}  // namespace dropzone
