#pragma once

#include <string>
#include <utility>

#include <dropzone/kind/field_step.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {

/// A step that makes something of text, and refuses what is not text.
class TextStep : public FieldStep {
 public:
  using FieldStep::FieldStep;

 private:
  Result<std::optional<Value>> make(const Value& value, const Target& target,
                                    const StepContext& context) const final {
    const std::string* text = value.as_string();
    if (!text) return type_mismatch(pointer_to(target.from), "string", value);
    auto made = make_of(*text, target, context);
    if (!made) return std::move(made).error();
    return std::optional<Value>(*std::move(made));
  }

  /// Asks the allowance before it makes a value. Errors have their pointer.
  [[nodiscard]] virtual Result<Value> make_of(const std::string& text, const Target& target,
                                              const StepContext& context) const = 0;
};

}  // namespace dropzone
