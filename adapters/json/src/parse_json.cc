#include <dropzone/json/json_steps.h>

#include <utility>

#include <dropzone/kind/field_step.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/value/json_pointer.h>

#include "syntax_fault.h"
#include "text.h"
#include "value_collector.h"

namespace dropzone::json {
namespace {

/// About how many bytes of text are read in one of the units that Watch counts.
constexpr std::size_t kBytesPerWork = 16;

class ParseJson final : public FieldStep {
 public:
  explicit ParseJson(FieldTargets targets) : FieldStep(std::move(targets)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "parse_json"; }

 private:
  Result<std::optional<Value>> make(const Value& value, const Target& target,
                                    const StepContext& context) const override {
    const std::string* text = value.as_string();
    if (!text) return type_mismatch(pointer_to(target.from), "string", value);
    if (context.allowance.is_over(text->size() / kBytesPerWork)) return deadline_exceeded();
    auto parsed = parse(*text, context.allowance.limits());
    if (!parsed) {
      parsed.error().pointer = pointer_to(target.from);
      return std::move(parsed).error();
    }
    DROPZONE_CHECK(context.allowance.make(target.to, extent_of(*parsed)));
    return std::optional<Value>(*std::move(parsed));
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = FieldType::any}; }

  static Result<Value> parse(std::string_view text, const RecordLimits& limits) {
    if (is_blank(text)) return Error{ErrorCode::invalid_json, "The text has no JSON in it."};
    const DecodeLimits within{.max_depth = limits.max_depth,
                              .max_values = limits.max_made_bytes / sizeof(Value)};
    ValueBuilder builder(within, Duplicates::last_wins);
    ValueCollector collector(text, builder);
    Reader reader;
    if (const auto fault = reader.read(text, collector)) {
      return make_error(*fault, text_position(text, fault->offset));
    }
    auto value = builder.finish();
    if (value && builder.take_rounded().count > 0) {
      return Error{ErrorCode::number_out_of_range,
                   "The text has an integer of more than 64 bits, which would be rounded."};
    }
    return value;
  }
};

Result<std::unique_ptr<Step>> make_parse_json(const Value& definition) {
  StepParameters parameters(definition, {"field", "to", "fields", "ignore_missing"});
  FieldTargets targets = parameters.targets();
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<ParseJson>(std::move(targets));
}

}  // namespace

void add_json_steps(StepRegistry& registry) { registry.add("parse_json", make_parse_json); }

}  // namespace dropzone::json
