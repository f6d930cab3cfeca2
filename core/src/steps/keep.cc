#include <dropzone/field_edit.h>
#include <dropzone/known_types.h>
#include <dropzone/step_parameters.h>

#include "steps/core_steps.h"

namespace dropzone {
namespace {

class Keep final : public Step {
 public:
  explicit Keep(std::vector<FieldPath> fields) : fields_(std::move(fields)) {}

  std::string_view name() const noexcept override { return "keep"; }

  Result<void> apply(Object& object) const override {
    Object kept;
    kept.members().reserve(fields_.size());
    for (const FieldPath& field : fields_) {
      Value* value = find_field(object, field);
      if (!value) continue;
      if (auto set = set_field(kept, field, std::move(*value)); !set) return set;
    }
    object = std::move(kept);
    return {};
  }

  void infer(FieldTypes& types) const override {
    FieldTypes kept;
    for (const FieldPath& field : fields_) {
      set_known_types(kept, field, known_types_of(types, field));
    }
    types = std::move(kept);
  }

 private:
  std::vector<FieldPath> fields_;
};

bool is_inside(const FieldPath& inner, const FieldPath& outer) {
  return inner.dotted().starts_with(outer.dotted() + ".");
}

}  // namespace

Result<std::unique_ptr<Step>> make_keep(const Value& definition) {
  StepParameters parameters(definition, {"fields"});
  std::vector<FieldPath> fields = parameters.fields("fields");
  for (const FieldPath& inner : fields) {
    for (const FieldPath& outer : fields) {
      if (!is_inside(inner, outer)) continue;
      parameters.refuse("fields", "The field \"" + inner.dotted() + "\" is kept with \"" +
                                      outer.dotted() + "\" already.");
    }
  }
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Keep>(std::move(fields));
}

}  // namespace dropzone
