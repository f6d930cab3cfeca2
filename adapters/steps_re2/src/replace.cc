#include <optional>
#include <utility>

#include <dropzone/kind/field_step.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/steps_re2/pattern.h>
#include <dropzone/value/json_pointer.h>

#include "replacement.h"
#include "step_factories.h"

namespace dropzone {
namespace {

/// What is looked for: a pattern, or a text as it is.
struct Sought {
  std::optional<Pattern> pattern = {};
  std::string text = {};
};

class Replace final : public FieldStep {
 public:
  /// `with` is for a pattern, `text` for a text.
  Replace(FieldTargets targets, Sought sought, Replacement with, std::string text)
      : FieldStep(std::move(targets)),
        sought_(std::move(sought)),
        with_(std::move(with)),
        text_(std::move(text)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "replace"; }

 private:
  Result<std::optional<Value>> make(const Value& value, const Target& target,
                                    const StepContext& context) const override {
    const std::string* text = value.as_string();
    if (!text) return type_mismatch(pointer_to(target.from), "string", value);
    auto made = sought_.pattern
                    ? replace_all(*text, *sought_.pattern, with_, target.to, context.allowance)
                    : replace_all(*text, sought_.text, text_, target.to, context.allowance);
    if (!made) {
      if (made.error().pointer.empty()) made.error().pointer = pointer_to(target.from);
      return std::move(made).error();
    }
    if (*made) return std::optional<Value>(**std::move(made));
    if (auto kept = context.allowance.make(target.to, extent_of(value)); !kept) {
      return std::move(kept).error();
    }
    return std::optional(value);
  }

  [[nodiscard]] Made makes() const noexcept override { return {.type = FieldType::string}; }

  Sought sought_;
  Replacement with_;
  std::string text_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_replace(const Value& definition) {
  StepParameters parameters(definition,
                            {"field", "to", "fields", "find", "pattern", "with", "ignore_missing"});
  FieldTargets targets = parameters.targets();
  const auto find = parameters.optional_text("find");
  const auto pattern_text = parameters.optional_text("pattern");
  std::string with = parameters.text("with");
  if (find.has_value() == pattern_text.has_value()) {
    parameters.refuse("find", "Name a text to \"find\", or a \"pattern\": one of the two.");
  }
  if (find && find->empty()) parameters.refuse("find", "There is nothing to find.");
  Sought sought{.text = find.value_or("")};
  Replacement replacement = Replacement::literal(with);
  if (pattern_text && !parameters.fault()) {
    auto pattern = Pattern::compile(*pattern_text);
    if (!pattern) {
      parameters.refuse("pattern", pattern.error().detail);
    } else if (auto parsed = Replacement::parse(with, *pattern); !parsed) {
      parameters.refuse("with", parsed.error().detail);
    } else {
      replacement = *std::move(parsed);
      sought.pattern = *std::move(pattern);
    }
  }
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Replace>(std::move(targets), std::move(sought), std::move(replacement),
                                   std::move(with));
}

}  // namespace dropzone
