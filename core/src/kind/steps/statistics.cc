#include <dropzone/value/statistics.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/quantile.h"

namespace dropzone {
namespace {

/// The fields for what is asked for.
struct StatisticsFields {
  std::optional<FieldPath> count;
  std::optional<FieldPath> sum;
  std::optional<FieldPath> min;
  std::optional<FieldPath> max;
  std::optional<FieldPath> mean;
  std::optional<FieldPath> stdev;
  std::vector<std::pair<FieldPath, Quantile>> quantiles;  ///< The median among them.

  /// How many numbers are needed for all of them.
  [[nodiscard]] std::size_t least_numbers() const {
    if (stdev) return 2;
    return min || max || mean || !quantiles.empty() ? 1 : 0;
  }
};

class Statistics final : public Step {
 public:
  Statistics(FieldPath field, StatisticsFields fields)
      : field_(std::move(field)), fields_(std::move(fields)) {}

  std::string_view name() const noexcept override { return "statistics"; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    const Value* value = field_.find_in(object);
    if (!value) return missing_field(field_);
    const Array* numbers = value->as_array();
    if (!numbers) return type_mismatch(pointer_to(field_), "array", *value);
    if (context.allowance.is_over(numbers->size())) return deadline_exceeded();
    // If there are moments, these are two numbers or more, and nothing else.
    const auto found = fields_.mean || fields_.stdev ? moments(*numbers) : std::nullopt;
    if (!found) {
      if (auto fine = check(*numbers); !fine) return fine;
    }
    // Written at the end, since one of the fields may be the numbers' own.
    Results results;
    results.reserve(6 + fields_.quantiles.size());
    if (auto fine = add_moments(*numbers, found, results); !fine) return fine;
    if (auto fine = add_sum(*numbers, results); !fine) return fine;
    if (auto fine = add_order(*numbers, context, results); !fine) return fine;
    for (auto& [field, result] : results) {
      if (auto set = make_scalar(object, *field, std::move(result), context.allowance); !set) {
        return set;
      }
    }
    return {};
  }

  void infer(KnownFields& known) const override {
    for (const auto* field : {&fields_.count, &fields_.sum, &fields_.min, &fields_.max,
                              &fields_.mean, &fields_.stdev}) {
      if (*field) known.set(**field, FieldType::number);
    }
    for (const auto& [field, quantile] : fields_.quantiles) known.set(field, FieldType::number);
  }

 private:
  using Results = std::vector<std::pair<const FieldPath*, Value>>;

  Result<void> check(const Array& numbers) const {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i].value_class() == ValueClass::number) continue;
      return type_mismatch(pointer_to(pointer_to(field_), i), "number", numbers[i]);
    }
    const std::size_t least = fields_.least_numbers();
    if (numbers.size() >= least) return {};
    return Error{ErrorCode::too_few_numbers,
                 "The field \"" + field_.name() + "\" must have at least " +
                     (least == 1 ? "one number" : "two numbers") + "; it has " +
                     std::to_string(numbers.size()) + ".",
                 pointer_to(field_)};
  }

  Result<void> add_moments(const Array& numbers, const std::optional<Moments>& found,
                           Results& results) const {
    // One number is its own mean.
    if (fields_.mean) results.emplace_back(&*fields_.mean, found ? found->mean : numbers.front());
    if (!fields_.stdev) return {};
    if (!std::isfinite(found->stdev)) return out_of_range("standard deviation");
    results.emplace_back(&*fields_.stdev, found->stdev);
    return {};
  }

  Result<void> add_sum(const Array& numbers, Results& results) const {
    if (fields_.count) results.emplace_back(&*fields_.count, Value(std::int64_t(numbers.size())));
    if (!fields_.sum) return {};
    Sum sum;
    for (const Value& number : numbers) sum.add(number);
    auto total = sum.total();
    // An integer of more than 64 bits would have to be rounded.
    if (!total || !total->digits.empty()) return out_of_range("sum");
    results.emplace_back(&*fields_.sum, std::move(total->number));
    return {};
  }

  Result<void> add_order(const Array& numbers, const StepContext& context, Results& results) const {
    const auto less = [](const Value& a, const Value& b) { return compare_scalars(a, b) < 0; };
    if (fields_.min) results.emplace_back(&*fields_.min, *std::ranges::min_element(numbers, less));
    if (fields_.max) results.emplace_back(&*fields_.max, *std::ranges::max_element(numbers, less));
    if (fields_.quantiles.empty()) return {};
    const Extent places{.depth = 0, .bytes = numbers.size() * sizeof(void*)};
    if (auto made = context.allowance.make(places); !made) return made;
    std::vector<const Value*> sorted(numbers.size());
    std::ranges::transform(numbers, sorted.begin(), [](const Value& number) { return &number; });
    std::ranges::sort(sorted, less, [](const Value* number) -> const Value& { return *number; });
    for (const auto& [field, quantile] : fields_.quantiles) {
      results.emplace_back(&field, quantile.in(sorted));
    }
    return {};
  }

  [[nodiscard]] Error out_of_range(std::string_view what) const {
    return {ErrorCode::number_out_of_range,
            "The " + std::string(what) + " of \"" + field_.name() +
                "\" is beyond the range of numbers.",
            pointer_to(field_)};
  }

  FieldPath field_;
  StatisticsFields fields_;
};

void read_quantiles(StepParameters& parameters, StatisticsFields& fields) {
  constexpr std::string_view kName = "quantiles";
  const Value* given = parameters.find(kName);
  if (!given) return;
  const Object* asked = given->as_object();
  if (!asked || asked->empty() || asked->size() > kMaxStepFields) {
    parameters.refuse(kName,
                      "\"quantiles\" must be an object of field names and fractions, such as "
                      "{\"p95\": 0.95}.");
    return;
  }
  for (const Member& one : asked->members()) {
    std::string pointer = pointer_to(pointer_to({}, kName), one.name);
    FieldPath field = parameters.field_at(pointer, one.name);
    const auto quantile = Quantile::of(one.value);
    if (!quantile) {
      parameters.refuse_at(std::move(pointer),
                           "A fraction must be a number from 0 to 1 with at "
                           "most nine decimal places.");
      return;
    }
    fields.quantiles.emplace_back(std::move(field), *quantile);
  }
}

/// No two results in one field, nor one inside another's.
void check_apart(StepParameters& parameters, const StatisticsFields& fields) {
  std::set<FieldPath> all;
  const auto add = [&](std::string_view name, const FieldPath& field) {
    if (all.insert(field).second) return;
    parameters.refuse(name, "The field " + in_quotes(field.name()) + " is named twice.");
  };
  const std::pair<std::string_view, const std::optional<FieldPath>&> named[] = {
      {"count", fields.count}, {"sum", fields.sum},   {"min", fields.min},
      {"max", fields.max},     {"mean", fields.mean}, {"stdev", fields.stdev}};
  for (const auto& [name, field] : named) {
    if (field) add(name, *field);
  }
  for (const auto& [field, quantile] : fields.quantiles) add("quantiles", field);
  if (all.empty()) {
    parameters.refuse("mean", "Name a field for what is wanted: \"mean\", \"median\" or another.");
  } else if (const auto nested = find_nested({all.begin(), all.end()})) {
    parameters.refuse_at({}, "The field " + in_quotes(nested->inner.name()) + " is inside " +
                                 in_quotes(nested->outer.name()) + ", which is a number.");
  }
}

}  // namespace

Result<std::unique_ptr<Step>> make_statistics(const Value& definition) {
  StepParameters parameters(
      definition, {"field", "count", "sum", "min", "max", "mean", "stdev", "median", "quantiles"});
  FieldPath field = parameters.field("field");
  StatisticsFields fields{.count = parameters.optional_field("count"),
                          .sum = parameters.optional_field("sum"),
                          .min = parameters.optional_field("min"),
                          .max = parameters.optional_field("max"),
                          .mean = parameters.optional_field("mean"),
                          .stdev = parameters.optional_field("stdev"),
                          .quantiles = {}};
  if (auto median = parameters.optional_field("median")) {
    fields.quantiles.emplace_back(*std::move(median), Quantile::median());
  }
  read_quantiles(parameters, fields);
  if (!parameters.fault()) check_apart(parameters, fields);
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Statistics>(std::move(field), std::move(fields));
}

}  // namespace dropzone
