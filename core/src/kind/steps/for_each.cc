#include <algorithm>
#include <utility>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/pipeline.h>
#include <dropzone/kind/pipeline_parser.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/value/json_pointer.h>

#include "kind/steps/core_steps.h"

namespace dropzone {
namespace {

/// Writes another pointer where a sentence has this one after "at".
void replace_pointer(std::string& detail, const std::string& pointer, const std::string& by) {
  const std::string place = "at " + pointer;
  const auto found = detail.find(place);
  if (pointer.empty() || found == std::string::npos) return;
  const auto end = found + place.size();
  if (end < detail.size() && std::string_view(" ,.").find(detail[end]) == std::string_view::npos) {
    return;
  }
  detail.replace(found, place.size(), "at " + by);
}

class ForEach final : public Step {
 public:
  ForEach(FieldPath field, std::optional<FieldPath> as, bool ignore_missing, Pipeline steps)
      : field_(std::move(field)),
        as_(std::move(as)),
        ignore_missing_(ignore_missing),
        steps_(std::move(steps)) {}

  std::string_view name() const noexcept override { return "for_each"; }

  Result<void> apply(Object& object, const StepContext& context) const override {
    Value* value = find_field(object, field_);
    if (!value) return ignore_missing_ ? Result<void>() : missing_field(field_);
    Array* elements = value->as_array();
    if (!elements) return type_mismatch(pointer_to(field_), "array", *value);
    // The wrapper of an element is not there in the end.
    const std::size_t outside = field_.parts().size() + (as_ ? 0 : 1);
    const Allowance::Deeper deeper(context.allowance, outside);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < elements->size(); ++i) {
      auto stays = as_ ? apply_to_wrapped((*elements)[i], i, context)
                       : apply_to_object((*elements)[i], i, context);
      if (!stays) return std::move(stays).error();
      if (!*stays) continue;
      if (kept != i) (*elements)[kept] = std::move((*elements)[i]);
      ++kept;
    }
    elements->resize(kept);
    return {};
  }

  bool reads_received() const noexcept override { return steps_.reads_received(); }

  void infer(KnownFields& known) const override {
    if (ignore_missing_) {
      known.replace(field_, FieldType::array);
    } else {
      known.set(field_, FieldType::array);
    }
  }

 private:
  /// Whether the element stays.
  Result<bool> apply_to_object(Value& element, std::size_t index,
                               const StepContext& context) const {
    Object* object = element.as_object();
    if (!object) {
      Error error = type_mismatch(pointer_to(pointer_to(field_), index), "object", element);
      error.detail += " With the parameter \"as\" elements may be of any type.";
      return error;
    }
    if (auto applied = steps_.apply_within(*object, context); !applied) {
      return outside(std::move(applied).error(), {}, index, context);
    }
    return true;
  }

  Result<bool> apply_to_wrapped(Value& element, std::size_t index,
                                const StepContext& context) const {
    const std::string& name = as_->parts().front();
    Object wrapper;
    wrapper.append(name, std::move(element));
    if (auto applied = steps_.apply_within(wrapper, context); !applied) {
      return outside(std::move(applied).error(), pointer_to(*as_), index, context);
    }
    auto left = wrapper.take(name);
    if (!left) return false;
    element = *std::move(left);
    return true;
  }

  /// An error of an element, which is at `inner` in what the steps were applied to, as one of the
  /// whole record.
  Error outside(Error error, const std::string& inner, std::size_t index,
                const StepContext& context) const {
    if (context.allowance.exhausted()) return error;
    const std::string element = pointer_to(pointer_to(field_), index);
    const std::string pointer_inside = error.pointer;
    change_pointers(error, [&](std::string& pointer) {
      if (pointer == inner || pointer.starts_with(inner + '/')) pointer.erase(0, inner.size());
      pointer.insert(0, element);
    });
    replace_pointer(error.detail, pointer_inside, error.pointer);
    within_step(error, "/for_each/steps");
    return error;
  }

  FieldPath field_;
  std::optional<FieldPath> as_;
  bool ignore_missing_;
  Pipeline steps_;
};

}  // namespace

Result<std::unique_ptr<Step>> make_for_each(const Value& definition, PipelineParser& parser) {
  StepParameters parameters(definition, {"field", "as", "ignore_missing", "steps"});
  FieldPath field = parameters.field("field");
  auto as = parameters.optional_field("as");
  const bool ignore_missing = parameters.flag("ignore_missing");
  if (as && as->parts().size() != 1) {
    parameters.refuse("as", "\"as\" must be the name of one member, not a field inside another.");
  }
  if (!parameters.find("steps")) parameters.value("steps");
  if (parameters.fault()) return *parameters.fault();
  KnownFields known;
  if (as) known.keep({&*as, 1});
  auto steps = parser.parse(*parameters.find("steps"), known);
  if (!steps) {
    Error error = std::move(steps).error();
    error.pointer.insert(0, "/steps");
    return error;
  }
  if (steps->empty()) {
    parameters.refuse("steps", "\"steps\" must have at least one step.");
    return *parameters.fault();
  }
  return std::make_unique<ForEach>(std::move(field), std::move(as), ignore_missing,
                                   *std::move(steps));
}

}  // namespace dropzone
