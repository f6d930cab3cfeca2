#include "validate.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_pointer.h>

#include "schema.h"
#include "schema_validator.h"

namespace dropzone {
namespace {

class Validate final : public Step {
 public:
  /// Without a field it is about the whole record.
  Validate(Schema schema, std::optional<FieldPath> field, bool ignore_missing)
      : schema_(std::move(schema)), field_(std::move(field)), ignore_missing_(ignore_missing) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "validate"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    if (!field_) {
      Value record(std::exchange(object, {}));
      auto validated = validate(record, context.allowance);
      object = std::move(*record.as_object());
      return validated;
    }
    const Value* value = field_->find_in(object);
    if (!value) return ignore_missing_ ? Result<void>() : missing_field(*field_);
    return validate(*value, context.allowance);
  }

  void infer(KnownFields&) const override {}  // It changes nothing.

 private:
  Result<void> validate(const Value& value, Allowance& allowance) const {
    SchemaValidator validator(allowance);
    if (validator.validate(schema_.root(), value)) return {};
    const std::string start = field_ ? pointer_to(*field_) : std::string();
    if (validator.stopped()) {
      Error stopped = *validator.stopped();
      stopped.pointer = start;
      return stopped;
    }
    return refusal(validator, start);
  }

  static Error refusal(const SchemaValidator& validator, const std::string& start) {
    constexpr std::size_t kInDetail = 10;
    const std::vector<SchemaFault>& faults = validator.faults();
    const std::size_t shown = std::min(faults.size(), kInDetail);
    std::string reasons;
    for (std::size_t i = 0; i < shown; ++i) {
      const std::string pointer = start + faults[i].pointer;
      reasons += (reasons.empty() ? "" : "; ") +
                 (pointer.empty() ? std::string("the record") : in_quotes(pointer)) + ' ' +
                 faults[i].detail;
    }
    const std::size_t more = validator.fault_count() - shown;
    if (more > 0) reasons += "; and " + std::to_string(more) + " more";
    Error error{ErrorCode::step_failed, "The schema is not fulfilled: " + reasons + ".",
                start + faults.front().pointer};
    FaultList list(validator.fault_count());
    for (const SchemaFault& fault : faults) list.add(start + fault.pointer, fault.detail);
    std::move(list).add_to(error);
    return error;
  }

  Schema schema_;
  std::optional<FieldPath> field_;
  bool ignore_missing_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_validate(const Value& definition) {
  StepParameters parameters(definition, {"schema", "field", "ignore_missing"});
  auto field = parameters.optional_field("field");
  const bool ignore_missing = parameters.flag("ignore_missing");
  if (ignore_missing && !field) {
    parameters.refuse("ignore_missing", "It is for a \"field\".");
  }
  const Value schema_definition = parameters.value("schema");
  if (parameters.fault()) return *parameters.fault();
  auto schema = Schema::parse(schema_definition);
  if (!schema) {
    parameters.refuse_at("/schema" + schema.error().pointer, schema.error().detail);
    return *parameters.fault();
  }
  return std::make_unique<Validate>(*std::move(schema), std::move(field), ignore_missing);
}

}  // namespace dropzone
