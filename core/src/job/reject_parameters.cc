#include "job/reject_parameters.h"

#include <optional>
#include <string>
#include <string_view>

namespace dropzone {
namespace {

void set_time(Object& object, std::string_view name, const std::optional<Timestamp>& time) {
  if (time) object.set(name, format_timestamp(*time));
}

void set_text(Object& object, std::string_view name, const std::optional<std::string>& text) {
  if (text) object.set(name, *text);
}

std::optional<std::string> text_in(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value ? std::optional(std::string(text_of(value))) : std::nullopt;
}

Result<std::optional<Timestamp>> time_in(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  if (!value) return std::optional<Timestamp>();
  DROPZONE_TRY(const Timestamp time, parse_timestamp(text_of(value)));
  return std::optional(time);
}

}  // namespace

Object parameters_of(const RejectSelection& selection) {
  Object object;
  set_text(object, "kind", selection.kind);
  set_text(object, "code", selection.code);
  set_text(object, "step", selection.step);
  set_time(object, "receivedBefore", selection.received_before);
  set_time(object, "receivedAfter", selection.received_after);
  return object;
}

Result<RejectSelection> selection_of(const Object& parameters) {
  RejectSelection selection;
  selection.kind = text_in(parameters, "kind");
  selection.code = text_in(parameters, "code");
  selection.step = text_in(parameters, "step");
  DROPZONE_TRY(selection.received_before, time_in(parameters, "receivedBefore"));
  DROPZONE_TRY(selection.received_after, time_in(parameters, "receivedAfter"));
  return selection;
}

}  // namespace dropzone
