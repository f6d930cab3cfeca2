#include "rest/reject_selection.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>

#include "rest/permissions.h"
#include "rest/reject_text.h"

namespace dropzone::http {
namespace {

/// All names of errors.
std::vector<std::string_view> error_names() {
  std::vector<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
    names.push_back(error_name(static_cast<ErrorCode>(code)));
  }
  return names;
}

std::optional<std::string> text_parameter(const Call& call, std::string_view name) {
  const auto value = call.request.query_value(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

Result<std::optional<Timestamp>> time_parameter(const Call& call, std::string_view name) {
  const auto text = call.request.query_value(name);
  if (!text) return std::optional<Timestamp>();
  auto time = parse_timestamp(*text);
  if (time) return std::optional<Timestamp>(*time);
  return Error{ErrorCode::invalid_request,
               in_quotes(name) + " is not a time: " + time.error().detail};
}

}  // namespace

Result<void> check_reject_code(const std::string& code) {
  const std::vector<std::string_view> names = error_names();
  if (std::find(names.begin(), names.end(), code) != names.end()) return {};
  return Error{ErrorCode::invalid_request,
               "There is no code " + in_quotes(code) + '.' + did_you_mean(code, names)};
}

Result<RejectSelection> reject_selection_of(const Call& call, Permission permission) {
  RejectSelection selection;
  selection.kind = text_parameter(call, "kind");
  DROPZONE_CHECK(selection.kind ? permit(call, permission, *selection.kind)
                                : permit_every_kind(call, permission));
  selection.code = text_parameter(call, "code");
  if (selection.code) DROPZONE_CHECK(check_reject_code(*selection.code));
  selection.step = text_parameter(call, "step");
  DROPZONE_TRY(selection.received_before, time_parameter(call, "receivedBefore"));
  DROPZONE_TRY(selection.received_after, time_parameter(call, "receivedAfter"));
  return selection;
}

Result<void> permit_rejects(DropZone& zone, const Call& call, Permission permission,
                            const std::vector<std::string>& ids) {
  if (call.principal.grants.allow_everywhere(permission)) return {};
  std::set<std::string> kinds;
  DROPZONE_CHECK(zone.repository().find(
      std::string(kRejectsKind), ids, {},
      [&](const RecordView& view) {
        const auto data = reject_data(view);
        if (data) kinds.emplace(text_of(data->find("kind")));
      },
      call.options));
  for (const std::string& kind : kinds) DROPZONE_CHECK(permit(call, permission, kind));
  return {};
}

std::string identity_of(const RejectSelection& selection) {
  std::string identity = "rejects";
  const auto add = [&identity](const std::optional<std::string>& text) {
    identity += text ? ' ' + std::to_string(text->size()) + ':' + *text : " -";
  };
  add(selection.kind);
  add(selection.code);
  add(selection.step);
  for (const auto& time : {selection.received_before, selection.received_after}) {
    add(time ? std::optional(std::to_string(time->micros)) : std::nullopt);
  }
  return identity;
}

}  // namespace dropzone::http
