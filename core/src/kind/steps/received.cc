#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/field_type.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/value/extent.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
namespace {

/// Writes when the record was received, and who sent it.
class ReceivedStep final : public Step {
 public:
  ReceivedStep(std::optional<FieldPath> at, std::optional<FieldPath> by)
      : at_(std::move(at)), by_(std::move(by)) {}

  std::string_view name() const noexcept override { return "received"; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    const Received& received = context.received;
    if (at_) {
      if (auto set = make_scalar(object, *at_, received.at, context.allowance); !set) return set;
    }
    if (!by_ || received.by.empty()) return {};
    const Extent extent{.depth = 0, .bytes = sizeof(Value) + heap_bytes(received.by.size())};
    if (auto made = context.allowance.make(*by_, extent); !made) return made;
    return set_field(object, *by_, received.by);
  }

  bool reads_received() const noexcept override { return true; }

  void infer(KnownFields& known) const override {
    if (at_) known.set(*at_, FieldType::timestamp);
    if (by_) known.may_set(*by_);
  }

 private:
  std::optional<FieldPath> at_;
  std::optional<FieldPath> by_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_received(const Value& definition) {
  StepParameters parameters(definition, {"at", "by"});
  auto at = parameters.optional_field("at");
  auto by = parameters.optional_field("by");
  if (!at && !by) parameters.refuse("at", "Name a field for the time, the sender or both.");
  if (at && by && find_nested({*at, *by})) {
    parameters.refuse("by", "One of the fields is inside the other.");
  }
  if (at && by && *at == *by) parameters.refuse("by", "The time and the sender need a field each.");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<ReceivedStep>(std::move(at), std::move(by));
}

}  // namespace dropzone
