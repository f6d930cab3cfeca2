#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/http/message/response.h>
#include <dropzone/query/query.h>
#include <dropzone/store/drop_zone.h>

#include "rest/route.h"

namespace dropzone::http {

/// 200, or another status, with a JSON text.
[[nodiscard]] Response json_response(std::string body, int status = 200);

/// 204.
[[nodiscard]] Response empty_response();

/// Appends `["a","b"]`.
void append_json_strings(std::string& out, const std::vector<std::string>& strings);

/// Appends `"nextCursor":"…"` or `"nextCursor":null`.
[[nodiscard]] Result<void> append_next_cursor(std::string& out, const std::optional<Position>& next,
                                              const CursorCodec& cursors, std::string_view query);

/// Appends `{"code","step"?,"pointer"?,"detail"}`, and what append_refusal() does.
void append_error(std::string& out, const Error& error);

/// Appends `[{"step","skipped"?,"error"?,"record"}, ...]`: the object after each step.
void append_trace(std::string& out, const std::vector<TransformResult::Stage>& trace);

/// `"errors":[…]`, the further member of a problem that has several faults; at least one.
[[nodiscard]] std::string errors_member(std::span<const Error> faults);

}  // namespace dropzone::http
