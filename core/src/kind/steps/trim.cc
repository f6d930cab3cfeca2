#include <dropzone/text/trimmed.h>
#include <dropzone/value/extent.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/text_step.h"

namespace dropzone {
namespace {

constexpr std::string_view kWhiteSpace = " \t\n\r\f\v";

class Trim final : public TextStep {
 public:
  using TextStep::TextStep;

  std::string_view name() const noexcept override { return "trim"; }

 private:
  Result<Value> make_of(const std::string& text, const Target& target,
                        const StepContext& context) const override {
    const std::string_view rest = trimmed(text, kWhiteSpace);
    const Extent extent{.depth = 0, .bytes = sizeof(Value) + heap_bytes(rest.size())};
    if (auto made = context.allowance.make(target.to, extent); !made) {
      return std::move(made).error();
    }
    return Value(rest);
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = FieldType::string}; }
};

}  // namespace

Result<std::unique_ptr<Step>> make_trim(const Value& definition) {
  StepParameters parameters(definition, {"field", "fields", "to", "ignore_missing"});
  FieldTargets targets = parameters.targets();
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Trim>(std::move(targets));
}

}  // namespace dropzone
