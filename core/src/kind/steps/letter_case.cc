#include <dropzone/text/letter_case.h>
#include <dropzone/value/extent.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/text_step.h"

namespace dropzone {
namespace {

class LetterCase final : public TextStep {
 public:
  LetterCase(FieldTargets targets, std::string_view name, std::string (*change)(std::string_view))
      : TextStep(std::move(targets)), name_(name), change_(change) {}

  std::string_view name() const noexcept override { return name_; }

 private:
  Result<Value> make_of(const std::string& text, const Target& target,
                        const StepContext& context) const override {
    // A letter can take more bytes in its other case: at most half as many more.
    const std::size_t most = text.size() + text.size() / 2;
    const Extent extent{.depth = 0, .bytes = sizeof(Value) + heap_bytes(most)};
    if (auto made = context.allowance.make(target.to, extent); !made) {
      return std::move(made).error();
    }
    return Value(change_(text));
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = FieldType::string}; }

  std::string_view name_;
  std::string (*change_)(std::string_view);
};

Result<std::unique_ptr<Step>> make_letter_case(const Value& definition, std::string_view name,
                                               std::string (*change)(std::string_view)) {
  StepParameters parameters(definition, {"field", "fields", "to", "ignore_missing"});
  FieldTargets targets = parameters.targets();
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<LetterCase>(std::move(targets), name, change);
}

}  // namespace

Result<std::unique_ptr<Step>> make_lowercase(const Value& definition) {
  return make_letter_case(definition, "lowercase", lowercase);
}

Result<std::unique_ptr<Step>> make_uppercase(const Value& definition) {
  return make_letter_case(definition, "uppercase", uppercase);
}

}  // namespace dropzone
