#include <dropzone/kind/step_parameters.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
namespace {

class Reject final : public Step {
 public:
  Reject(std::string message, std::string pointer)
      : message_(std::move(message)), pointer_(std::move(pointer)) {}

  std::string_view name() const noexcept override { return "reject"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object&, const StepContext&) const override {
    return Error{ErrorCode::step_failed, message_, pointer_};
  }

  void infer(KnownFields&) const override {}

 private:
  std::string message_;
  std::string pointer_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_reject(const Value& definition) {
  StepParameters parameters(definition, {"message", "field"});
  std::string message = parameters.text("message");
  const auto field = parameters.optional_field("field");
  if (message.empty()) parameters.refuse("message", "\"message\" must not be empty.");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Reject>(std::move(message), field ? pointer_to(*field) : std::string());
}

}  // namespace dropzone
