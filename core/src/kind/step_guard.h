#pragma once

#include <memory>
#include <optional>

#include <dropzone/kind/pipeline.h>
#include <dropzone/kind/step.h>
#include <dropzone/query/filter.h>
#include <dropzone/query/filter_matcher.h>
#include <dropzone/result.h>

namespace dropzone {

/// The results of a guarded step besides the object.
struct StepOutcome {
  bool skipped = false;               ///< Its condition did not hold.
  std::optional<Error> handled = {};  ///< It refused, and the record went on.
};

/// Under which condition a step is applied, and what becomes of a record that it refuses. Immutable
/// and thread-safe.
class StepGuard {
 public:
  /// Without a filter the step is always applied; without a handler a refusal is the record's. The
  /// handler's steps, of which there may be none, are applied to the record as it was before.
  StepGuard(std::optional<Filter> condition, std::optional<Pipeline> handler);

  /// Applies the step as the guard says.
  Result<void> apply(const Step& step, Object& object, const StepContext& context,
                     StepOutcome& outcome) const;

  /// Updates what is known of the fields before the step to what is known after it.
  void infer(const Step& step, KnownFields& known) const;

  /// Whether a step of the handler does.
  [[nodiscard]] bool reads_received() const noexcept {
    return handler_ && handler_->reads_received();
  }

 private:
  struct Condition {
    explicit Condition(Filter wanted) : filter(std::move(wanted)), matcher(filter) {}
    Filter filter;
    FilterMatcher matcher;
  };

  Result<void> apply_handled(const Step& step, Object& object, const StepContext& context,
                             StepOutcome& outcome) const;

  std::unique_ptr<const Condition> condition_;
  std::optional<Pipeline> handler_;
};

}  // namespace dropzone
