#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <dropzone/kind/allowance.h>
#include <dropzone/kind/step.h>
#include <dropzone/result.h>
#include <dropzone/value/limits.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// An ordered list of steps. Immutable and thread-safe.
class Pipeline {
 public:
  /// Sees the object after each step.
  using Trace = std::function<void(std::string_view step, const Object& after)>;

  Pipeline() = default;
  explicit Pipeline(std::vector<std::unique_ptr<Step>> steps) : steps_(std::move(steps)) {}

  /// `[{"parse_time": {...}}, ...]`. Errors are `invalid_configuration` with a pointer from the
  /// list's start.
  static Result<Pipeline> parse(const Value& definition, const StepRegistry& registry,
                                const DefinitionLimits& limits = kDeployedDefinition);

  /// Makes transformed data of a record's object, or refuses it. A refusal's error names the step
  /// and the pointer of what it refused; among them are `too_deep` and `record_too_large` where the
  /// steps make more than the allowance has for one record. Where the allowance is exhausted, it
  /// ends between two steps with that error.
  [[nodiscard]] Result<Object> apply(Object object, Allowance& allowance,
                                     const Trace& trace = {}) const;
  /// The same with the default limits.
  [[nodiscard]] Result<Object> apply(Object object) const;

  /// What is known of the fields that the steps leave.
  [[nodiscard]] KnownFields known_fields() const;
  [[nodiscard]] bool empty() const noexcept { return steps_.empty(); }

 private:
  std::vector<std::unique_ptr<Step>> steps_;
};

}  // namespace dropzone
