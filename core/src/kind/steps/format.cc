#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/field_type.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/extent.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/scalar_text.h"

namespace dropzone {
namespace {

/// A piece of text, and the field whose text comes after it, if there is one.
struct TemplatePart {
  std::string text;
  std::optional<FieldPath> field = {};
};

class Format final : public Step {
 public:
  Format(FieldPath to, std::vector<TemplatePart> parts)
      : to_(std::move(to)), parts_(std::move(parts)) {}

  std::string_view name() const noexcept override { return "format"; }

  [[nodiscard]] bool refuses_unchanged() const noexcept override { return true; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    if (auto made = context.allowance.make(to_, {}); !made) return made;
    std::string text;
    for (const TemplatePart& part : parts_) {
      auto field = text_of(part, object);
      if (!field) return std::move(field).error();
      const Extent more{.depth = 0, .bytes = part.text.size() + field->size()};
      if (auto made = context.allowance.make(more); !made) return made;
      text += part.text;
      text += *field;
    }
    return set_field(object, to_, std::move(text));
  }

  void infer(KnownFields& known) const override { known.set(to_, FieldType::string); }

 private:
  static Result<std::string> text_of(const TemplatePart& part, const Object& object) {
    if (!part.field) return std::string();
    const Value* value = part.field->find_in(object);
    if (!value) return missing_field(*part.field);
    if (auto text = scalar_text(*value)) return *std::move(text);
    return type_mismatch(pointer_to(*part.field), "string, number, boolean or timestamp", *value);
  }

  FieldPath to_;
  std::vector<TemplatePart> parts_;
};

/// Takes a template apart: "{a}" is a field, "{{" and "}}" are braces.
std::vector<TemplatePart> read_template(StepParameters& parameters) {
  constexpr std::string_view kName = "template";
  const std::string text = parameters.text(kName);
  std::vector<TemplatePart> parts(1);
  bool has_field = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_brace = text[i] == '{' || text[i] == '}';
    if (!is_brace || text.compare(i + 1, 1, text, i, 1) == 0) {
      parts.back().text += text[i];
      i += is_brace ? 1 : 0;
      continue;
    }
    const std::size_t end = text[i] == '{' ? text.find('}', i) : text.npos;
    if (end == text.npos) {
      parameters.refuse(kName, "A brace has no counterpart. Braces are written \"{{\" and \"}}\".");
      return parts;
    }
    parts.back().field =
        parameters.field_at(pointer_to({}, kName), text.substr(i + 1, end - i - 1));
    parts.emplace_back();
    has_field = true;
    i = end;
  }
  if (!has_field) {
    parameters.refuse(kName,
                      "The template names no field, as in \"{city}\"; the step \"set\" gives a "
                      "field a constant value.");
  }
  if (parts.size() > kMaxStepFields) {
    parameters.refuse(
        kName, "The template may name at most " + std::to_string(kMaxStepFields) + " fields.");
  }
  return parts;
}

}  // namespace

Result<std::unique_ptr<Step>> make_format(const Value& definition) {
  StepParameters parameters(definition, {"template", "to"});
  std::vector<TemplatePart> parts = read_template(parameters);
  FieldPath to = parameters.field("to");
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Format>(std::move(to), std::move(parts));
}

}  // namespace dropzone
