#include <dropzone/kind/refusal.h>

#include <algorithm>
#include <memory>
#include <utility>

#include <dropzone/value/json_excerpt.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

constexpr std::size_t kMaxShown = 200;                         // Bytes of one value.
constexpr std::size_t kMaxFaultBytes = std::size_t{16} << 10;  // Of pointers and details.
constexpr std::size_t kLeastShown = 3;                         // An ellipsis.

/// Changes what is known of a refusal. An error's copies share it, so the error gets its own.
template <typename Change>
void change_refusal(Error& error, const Change& change) {
  Refusal refusal = error.refusal ? *error.refusal : Refusal();
  change(refusal);
  error.refusal = std::make_shared<const Refusal>(std::move(refusal));
}

void show_value(RecordFault& fault, const Object& object, std::string_view pointer) {
  const Value* const value = find_at(object, pointer);
  if (!value) return;
  fault.value = json_excerpt(*value, kMaxShown);
  fault.value_class = class_name(value->value_class());
}

/// Cuts a value to what is left.
void bound_value(RecordFault& fault, std::size_t& left) {
  if (fault.value.size() > left) {
    fault.value = left < kLeastShown ? "" : json_excerpt(std::move(fault.value), left);
  }
  left -= fault.value.size();
}

void append_value(Object& members, const RecordFault& fault) {
  if (!fault.value.empty()) members.append("value", fault.value);
  if (!fault.value_class.empty()) members.append("valueClass", fault.value_class);
}

}  // namespace

Error missing_field(const FieldPath& field) {
  return {ErrorCode::missing_field, "The field \"" + field.name() + "\" is missing.",
          pointer_to(field)};
}

Error type_mismatch(std::string pointer, std::string_view expected, const Value& found) {
  std::string detail = "The value at " + pointer + " is " +
                       with_article(class_name(found.value_class())) + "; it must be " +
                       with_article(expected) + ".";
  return {ErrorCode::type_mismatch, std::move(detail), std::move(pointer)};
}

void show_values(Error& error, const Object& object) {
  change_refusal(error, [&](Refusal& refusal) {
    show_value(refusal.fault, object, error.pointer);
    for (RecordFault& fault : refusal.faults) show_value(fault, object, fault.pointer);
  });
}

void bound_values(Error& error, std::size_t max_bytes) {
  if (!error.refusal) return;
  change_refusal(error, [max_bytes](Refusal& refusal) {
    std::size_t left = max_bytes;
    bound_value(refusal.fault, left);
    // The first of several is the same one again.
    if (!refusal.faults.empty()) refusal.faults.front().value = refusal.fault.value;
    for (std::size_t i = 1; i < refusal.faults.size(); ++i) bound_value(refusal.faults[i], left);
  });
}

void FaultList::add(std::string pointer, std::string detail) {
  bytes_ += pointer.size() + detail.size();
  if (refusal_.faults.size() == Refusal::kMaxFaults || bytes_ > kMaxFaultBytes) return;
  refusal_.faults.push_back({.pointer = std::move(pointer), .detail = std::move(detail)});
}

void FaultList::add_to(Error& error) && {
  if (refusal_.fault_count < 2) return;
  error.refusal = std::make_shared<const Refusal>(std::move(refusal_));
}

void within_step(Error& error, std::string_view pointer) {
  change_refusal(error, [pointer](Refusal& refusal) { refusal.step_path.insert(0, pointer); });
}

void change_pointers(Error& error, const std::function<void(std::string& pointer)>& change) {
  change(error.pointer);
  if (!error.refusal || error.refusal->faults.empty()) return;
  change_refusal(error, [&change](Refusal& refusal) {
    for (RecordFault& fault : refusal.faults) change(fault.pointer);
  });
}

Object refusal_members(const Error& error) {
  Object members;
  if (!error.refusal) return members;
  const Refusal& refusal = *error.refusal;
  if (const auto index = refusal.step_index()) {
    members.append("stepIndex", static_cast<std::uint64_t>(*index));
    members.append("stepPath", refusal.step_path);
  }
  append_value(members, refusal.fault);
  if (refusal.fault_count == 0) return members;
  Array faults;
  for (const RecordFault& fault : refusal.faults) {
    Object shown{{"pointer", fault.pointer}, {"detail", fault.detail}};
    append_value(shown, fault);
    faults.emplace_back(std::move(shown));
  }
  members.append("errors", std::move(faults));
  members.append("errorCount", static_cast<std::uint64_t>(refusal.fault_count));
  return members;
}

}  // namespace dropzone
