#include <dropzone/kind/field_step.h>

#include <utility>
#include <vector>

#include <dropzone/kind/field_edit.h>
#include <dropzone/kind/refusal.h>

namespace dropzone {

FieldStep::FieldStep(FieldTargets targets)
    : targets_(std::move(targets.targets)),
      in_place_(targets_.front().from == targets_.front().to),
      ignore_missing_(targets.ignore_missing) {}

Result<void> FieldStep::apply(Object& object, const StepContext& context) const {
  return targets_.size() == 1 ? apply_one(object, targets_.front(), context)
                              : apply_all(object, context);
}

Result<void> FieldStep::apply_one(Object& object, const Target& target,
                                  const StepContext& context) const {
  Value* value = find_field(object, target.from);
  if (!value) return ignore_missing_ ? Result<void>() : missing_field(target.from);
  auto made = make(*value, target, context);
  if (!made) return std::move(made).error();
  if (!*made) {
    take_field(object, target.to);
    return {};
  }
  if (!in_place_) return set_field(object, target.to, **std::move(made));
  *value = **std::move(made);
  return {};
}

// Each in its own place, and none inside another: what was found stays where it is until the end.
Result<void> FieldStep::apply_all(Object& object, const StepContext& context) const {
  std::vector<std::pair<Value*, std::optional<Value>>> made(targets_.size());
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    made[i].first = find_field(object, targets_[i].from);
    if (!made[i].first) {
      if (ignore_missing_) continue;
      return missing_field(targets_[i].from);
    }
    auto value = make(*made[i].first, targets_[i], context);
    if (!value) return std::move(value).error();
    made[i].second = *std::move(value);
  }
  for (auto& [place, value] : made) {
    if (place && value) *place = *std::move(value);
  }
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    if (made[i].first && !made[i].second) take_field(object, targets_[i].to);
  }
  return {};
}

void FieldStep::infer(KnownFields& known) const {
  const Made made = makes();
  const bool certain = !ignore_missing_ && !made.may_be_missing;
  for (const Target& target : targets_) {
    if (certain) {
      known.set(target.to, made.type);
    } else if (in_place_) {
      known.replace(target.to, made.type);
    } else {
      known.may_set(target.to);
    }
  }
}

}  // namespace dropzone
