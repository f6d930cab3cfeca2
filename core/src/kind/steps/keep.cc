#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/known_types.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/text/in_quotes.h>

#include "kind/steps/core_steps.h"
#include "kind/steps/field_set.h"

namespace dropzone {
namespace {

class Keep final : public Step {
 public:
  explicit Keep(std::vector<FieldPath> fields) : fields_(std::move(fields)) {}

  std::string_view name() const noexcept override { return "keep"; }

  Result<void> apply(Object& object, Allowance&) const override {
    const std::vector<Value*> found = fields_.find_in(object);
    Object kept;
    kept.members().reserve(std::min(found.size(), object.size()));
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i]) continue;
      if (auto put = put_in(kept, fields_.fields()[i], std::move(*found[i])); !put) return put;
    }
    object = std::move(kept);
    return {};
  }

  void infer(FieldTypes& types) const override {
    FieldTypes kept;
    for (const FieldPath& field : fields_.fields()) {
      set_known_types(kept, field, known_types_of(types, field));
    }
    types = std::move(kept);
  }

 private:
  // No field is there twice nor inside another one, so a name without dots is a new one.
  static Result<void> put_in(Object& kept, const FieldPath& field, Value value) {
    if (field.parts().size() > 1) return set_field(kept, field, std::move(value));
    kept.append(field.dotted(), std::move(value));
    return {};
  }

  FieldSet fields_;
};

/// A field of the list that this one is inside, or nothing.
std::string_view outer_of(const FieldPath& field, const std::set<std::string_view>& names) {
  const std::string_view dotted = field.dotted();
  for (auto dot = dotted.find('.'); dot != std::string_view::npos;
       dot = dotted.find('.', dot + 1)) {
    if (names.contains(dotted.substr(0, dot))) return dotted.substr(0, dot);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Step>> make_keep(const Value& definition) {
  StepParameters parameters(definition, {"fields"});
  std::vector<FieldPath> fields = parameters.fields("fields");
  std::set<std::string_view> names;
  for (const FieldPath& field : fields) names.insert(field.dotted());
  for (const FieldPath& inner : fields) {
    const std::string_view outer = outer_of(inner, names);
    if (outer.empty()) continue;
    parameters.refuse("fields", "The field " + in_quotes(inner.dotted()) + " is kept with " +
                                    in_quotes(outer) + " already.");
    break;
  }
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Keep>(std::move(fields));
}

}  // namespace dropzone
