#include "rest/answers.h"

#include <utility>

#include <dropzone/http/message/problem.h>
#include <dropzone/value/json_text.h>

namespace dropzone::http {

Response json_response(std::string body, int status) {
  return make_response(status, "application/json", std::move(body));
}

Response empty_response() {
  Response response;
  response.status = 204;
  return response;
}

void append_json_strings(std::string& out, const std::vector<std::string>& strings) {
  out += '[';
  for (std::size_t i = 0; i < strings.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, strings[i]);
  }
  out += ']';
}

Result<void> append_next_cursor(std::string& out, const std::optional<Position>& next,
                                const CursorCodec& cursors, std::string_view query) {
  out += "\"nextCursor\":";
  if (!next) {
    out += "null";
    return {};
  }
  const auto cursor = cursors.seal(*next, query);
  if (!cursor) return cursor.error();
  append_json_string(out, *cursor);
  return {};
}

void append_error(std::string& out, const Error& error) {
  out += "{\"code\":";
  append_json_string(out, error_name(error.code));
  if (!error.step.empty()) {
    out += ",\"step\":";
    append_json_string(out, error.step);
  }
  if (!error.pointer.empty()) {
    out += ",\"pointer\":";
    append_lossy_json_string(out, error.pointer);
  }
  out += ",\"detail\":";
  append_lossy_json_string(out, error.detail);
  append_refusal(out, error);
  out += '}';
}

void append_trace(std::string& out, const std::vector<TransformResult::Stage>& trace) {
  out += '[';
  for (const TransformResult::Stage& stage : trace) {
    if (out.back() != '[') out += ',';
    out += "{\"step\":";
    append_json_string(out, stage.step);
    if (stage.skipped) out += ",\"skipped\":true";
    if (stage.error) {
      out += ",\"error\":";
      append_error(out, *stage.error);
    }
    out += ",\"record\":" + stage.object + '}';
  }
  out += ']';
}

std::string errors_member(std::span<const Error> faults) {
  std::string out = "\"errors\":[";
  for (const Error& fault : faults) {
    if (out.back() == '}') out += ',';
    append_error(out, fault);
  }
  out += ']';
  return out;
}

}  // namespace dropzone::http
