#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/step.h>
#include <dropzone/value.h>

namespace dropzone {

/// Makes transformed data of a record's object, or refuses it.
class Transform {
 public:
  virtual ~Transform() = default;
  /// Thread-safe. A refusal's error names the step and the pointer of what it refused.
  [[nodiscard]] virtual Result<Object> apply(Object object) const = 0;
};

/// An ordered list of steps. Immutable and thread-safe.
class Pipeline final : public Transform {
 public:
  /// Sees the object after each step.
  using Trace = std::function<void(std::string_view step, const Object& after)>;

  Pipeline() = default;
  explicit Pipeline(std::vector<std::unique_ptr<Step>> steps) : steps_(std::move(steps)) {}

  /// `[{"parse_time": {...}}, ...]`. Errors are `invalid_configuration` with a pointer from the
  /// list's start.
  static Result<Pipeline> parse(const Value& definition, const StepRegistry& registry);

  [[nodiscard]] Result<Object> apply(Object object) const override;
  [[nodiscard]] Result<Object> apply(Object object, const Trace& trace) const;

  /// The types that the steps are known to give to fields.
  [[nodiscard]] FieldTypes inferred_types() const;
  [[nodiscard]] bool empty() const noexcept { return steps_.empty(); }

 private:
  std::vector<std::unique_ptr<Step>> steps_;
};

}  // namespace dropzone
