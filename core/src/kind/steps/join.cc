#include <dropzone/value/extent.h>
#include <dropzone/value/json_pointer.h>

#include <dropzone/kind/field_step.h>
#include <dropzone/kind/refusal.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/scalar_text.h"

namespace dropzone {
namespace {

class Join final : public FieldStep {
 public:
  Join(FieldTargets targets, std::string separator)
      : FieldStep(std::move(targets)), separator_(std::move(separator)) {}

  std::string_view name() const noexcept override { return "join"; }

 private:
  Result<std::optional<Value>> make(const Value& value, const Target& target,
                                    const StepContext& context) const override {
    const Array* elements = value.as_array();
    if (!elements) return type_mismatch(pointer_to(target.from), "array", value);
    if (context.allowance.is_over(elements->size())) return deadline_exceeded();
    if (auto made = context.allowance.make(target.to, {}); !made) return std::move(made).error();
    std::string joined;
    for (std::size_t i = 0; i < elements->size(); ++i) {
      const auto text = scalar_text((*elements)[i]);
      if (!text) return has_no_text(pointer_to(pointer_to(target.from), i), (*elements)[i]);
      const std::string_view before = i == 0 ? std::string_view() : separator_;
      const Extent more{.depth = 0, .bytes = before.size() + text->size()};
      if (auto made = context.allowance.make(more); !made) return std::move(made).error();
      joined += before;
      joined += *text;
    }
    return std::optional<Value>(std::move(joined));
  }

  static Error has_no_text(std::string pointer, const Value& value) {
    return type_mismatch(std::move(pointer), "string, number, boolean or timestamp", value);
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = FieldType::string}; }

  std::string separator_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_join(const Value& definition) {
  StepParameters parameters(definition, {"field", "fields", "to", "ignore_missing", "separator"});
  FieldTargets targets = parameters.targets();
  std::string separator = parameters.text("separator");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Join>(std::move(targets), std::move(separator));
}

}  // namespace dropzone
