#include <optional>
#include <utility>
#include <vector>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/steps_re2/pattern.h>
#include <dropzone/value/json_pointer.h>

#include "replacement.h"
#include "step_factories.h"

namespace dropzone {
namespace {

class Redact final : public Step {
 public:
  /// Without targets it is about the whole record.
  Redact(std::optional<FieldTargets> targets, std::vector<Pattern> patterns, std::string with)
      : targets_(std::move(targets)),
        patterns_(std::move(patterns)),
        with_(Replacement::literal(std::move(with))) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "redact"; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    if (!targets_) return redact_members(object, FieldPath(), context.allowance);
    for (const auto& target : targets_->targets) {
      if (auto redacted = redact_field(object, target, context.allowance); !redacted) {
        return redacted;
      }
    }
    return {};
  }

  // Strings become strings, and all else stays.
  void infer(KnownFields& known) const override {
    if (!targets_) return;
    for (const auto& [from, to] : targets_->targets) {
      if (from == to) continue;
      if (targets_->ignore_missing) {
        known.may_set(to);
      } else {
        known.set(to, known.part(from));
      }
    }
  }

 private:
  Result<void> redact_field(Object& object, const FieldTargets::Target& target,
                            Allowance& allowance) const {
    Value* value = find_field(object, target.from);
    if (!value) return targets_->ignore_missing ? Result<void>() : missing_field(target.from);
    if (value->value_class() == ValueClass::number) {
      // A number could hold what the patterns are to find.
      return type_mismatch(pointer_to(target.from), "string", *value);
    }
    if (target.from == target.to) {
      return at(target.from, redact_value(*value, target.to, allowance));
    }
    if (auto made = allowance.make(target.to, extent_of(*value)); !made) return made;
    Value copy = *value;
    auto redacted = redact_value(copy, target.to, allowance);
    return redacted ? set_field(object, target.to, std::move(copy)) : at(target.from, redacted);
  }

  // These recurse as deep as the record is. An error's pointer is from the value's start.
  Result<void> redact_members(Object& object, const FieldPath& field, Allowance& allowance) const {
    for (Member& member : object.members()) {
      auto redacted = redact_value(member.value, field, allowance);
      if (!redacted) return inside(pointer_to({}, member.name), std::move(redacted).error());
    }
    return {};
  }

  Result<void> redact_value(Value& value, const FieldPath& field, Allowance& allowance) const {
    if (Object* object = value.as_object()) return redact_members(*object, field, allowance);
    if (Array* array = value.as_array()) {
      for (std::size_t i = 0; i < array->size(); ++i) {
        auto redacted = redact_value((*array)[i], field, allowance);
        if (!redacted) return inside(pointer_to({}, i), std::move(redacted).error());
      }
      return {};
    }
    if (!value.as_string()) return {};
    for (const Pattern& pattern : patterns_) {
      auto made = replace_all(*value.as_string(), pattern, with_, field, allowance);
      if (!made) {
        made.error().pointer.clear();  // The allowance's names the field, which may be further out.
        return std::move(made).error();
      }
      if (*made) value = **std::move(made);
    }
    return {};
  }

  static Result<void> at(const FieldPath& field, Result<void> redacted) {
    if (redacted) return redacted;
    return inside(pointer_to(field), std::move(redacted).error());
  }
  static Error inside(std::string pointer, Error error) {
    error.pointer = std::move(pointer) + error.pointer;
    return error;
  }

  std::optional<FieldTargets> targets_;
  std::vector<Pattern> patterns_;
  Replacement with_;
};

std::vector<Pattern> compile_all(StepParameters& parameters) {
  std::vector<Pattern> patterns;
  const std::vector<std::string> texts = parameters.optional_texts("patterns");
  constexpr std::size_t kMostPatterns = 100;
  if (texts.size() > kMostPatterns) parameters.refuse("patterns", "A step may have 100 patterns.");
  if (texts.empty()) parameters.refuse("patterns", "The step needs the parameter \"patterns\".");
  for (std::size_t i = 0; i < texts.size() && !parameters.fault(); ++i) {
    auto pattern = Pattern::compile(texts[i]);
    if (pattern) {
      patterns.push_back(*std::move(pattern));
    } else {
      parameters.refuse_at(pointer_to("/patterns", i), pattern.error().detail);
    }
  }
  return patterns;
}

}  // namespace

Result<std::unique_ptr<Step>> make_redact(const Value& definition) {
  StepParameters parameters(definition,
                            {"field", "to", "fields", "patterns", "with", "ignore_missing"});
  std::optional<FieldTargets> targets;
  if (parameters.find("field") || parameters.find("fields")) {
    targets = parameters.targets();
  } else {
    for (const std::string_view other : {"to", "ignore_missing"}) {
      if (parameters.find(other)) {
        parameters.refuse(other,
                          "Without \"field\" or \"fields\" the step is about all texts of "
                          "the record.");
      }
    }
  }
  std::string with = parameters.optional_text("with").value_or("[redacted]");
  auto patterns = compile_all(parameters);
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Redact>(std::move(targets), std::move(patterns), std::move(with));
}

}  // namespace dropzone
