#include <algorithm>
#include <utility>

#include <dropzone/kind/field_edit.h>
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

  Result<void> apply(Object& object, const StepContext&) const override {
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

  void infer(KnownFields& known) const override { known.keep(fields_.fields()); }

 private:
  // No field is there twice nor inside another one, so a field of one part is a new one.
  static Result<void> put_in(Object& kept, const FieldPath& field, Value value) {
    if (field.parts().size() > 1) return set_field(kept, field, std::move(value));
    kept.append(field.parts().front(), std::move(value));
    return {};
  }

  FieldSet fields_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_keep(const Value& definition) {
  StepParameters parameters(definition, {"fields"});
  std::vector<FieldPath> fields = parameters.fields("fields");
  if (const auto nested = find_nested(fields)) {
    parameters.refuse("fields", "The field " + in_quotes(nested->inner.name()) + " is kept with " +
                                    in_quotes(nested->outer.name()) + " already.");
  }
  if (parameters.fault()) return *parameters.fault();
  return std::make_unique<Keep>(std::move(fields));
}

}  // namespace dropzone
