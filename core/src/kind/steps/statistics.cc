#include <dropzone/value/statistics.h>

#include <cmath>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
namespace {

class Statistics final : public Step {
 public:
  Statistics(FieldPath field, std::optional<FieldPath> mean, std::optional<FieldPath> stdev)
      : field_(std::move(field)), mean_(std::move(mean)), stdev_(std::move(stdev)) {}

  std::string_view name() const noexcept override { return "statistics"; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    const auto found = moments_in(object);
    if (!found) return found.error();
    if (mean_) {
      if (auto set = make_scalar(object, *mean_, found->mean, context.allowance); !set) return set;
    }
    if (!stdev_) return {};
    if (!std::isfinite(found->stdev)) return out_of_range();
    return make_scalar(object, *stdev_, found->stdev, context.allowance);
  }

  void infer(KnownFields& known) const override {
    if (mean_) known.set(*mean_, FieldType::number);
    if (stdev_) known.set(*stdev_, FieldType::number);
  }

 private:
  Result<Moments> moments_in(const Object& object) const {
    const Value* value = field_.find_in(object);
    if (!value) return missing_field(field_);
    const Array* numbers = value->as_array();
    if (!numbers) return type_mismatch(pointer_to(field_), "array", *value);
    if (const auto found = moments(*numbers)) return *found;
    return fault_in(*numbers);
  }

  // Why there are no moments.
  Error fault_in(const Array& numbers) const {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i].value_class() == ValueClass::number) continue;
      return type_mismatch(pointer_to(pointer_to(field_), i), "number", numbers[i]);
    }
    return {ErrorCode::too_few_numbers,
            "The field \"" + field_.name() + "\" must have at least two numbers; it has " +
                std::to_string(numbers.size()) + ".",
            pointer_to(field_)};
  }

  Error out_of_range() const {
    return {ErrorCode::number_out_of_range,
            "The standard deviation of \"" + field_.name() + "\" is beyond the range of a double.",
            pointer_to(field_)};
  }

  FieldPath field_;
  std::optional<FieldPath> mean_;
  std::optional<FieldPath> stdev_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_statistics(const Value& definition) {
  StepParameters parameters(definition, {"field", "mean", "stdev"});
  FieldPath field = parameters.field("field");
  auto mean = parameters.optional_field("mean");
  auto stdev = parameters.optional_field("stdev");
  if (!mean && !stdev) parameters.refuse("mean", "Name a field for the mean, the stdev or both.");
  if (mean && stdev && *mean == *stdev) {
    parameters.refuse("stdev", "The mean and the stdev need a field each.");
  }
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Statistics>(std::move(field), std::move(mean), std::move(stdev));
}

}  // namespace dropzone
