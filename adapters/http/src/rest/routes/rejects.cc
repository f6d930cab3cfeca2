#include <utility>

#include <dropzone/text/base64.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/record_id.h>

#include "rest/answers.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/record_page.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

void append_reject(std::string& out, const RecordView& view) {
  out += "{\"rejectId\":";
  append_json_string(out, view.id);
  // The data is an object's text with at least one member: splice its members in.
  out += ',';
  out += view.data.substr(1, view.data.size() - 2);
  if (is_utf8(view.original)) {
    out += ",\"original\":";
    append_json_string(out, view.original);
  } else {
    out += ",\"originalBase64\":\"";
    out += base64_encode(view.original, Base64::standard);
    out += '"';
  }
  out += '}';
}

Result<Response> list_rejects(const RouteContext& context, const Call& call) {
  const auto limit = limit_of(call, context.options);
  if (!limit) return limit.error();
  std::optional<std::string> kind;
  if (const auto named = call.request.query_value("kind")) kind = *named;
  auto readable =
      kind ? permit(call, Permission::read, *kind) : permit_every_kind(call, Permission::read);
  if (!readable) return std::move(readable).error();
  const std::string identity = "rejects " + kind.value_or("");
  std::optional<Position> after;
  if (const auto cursor = call.request.query_value("cursor")) {
    auto opened = context.cursors.open(*cursor, identity);
    if (!opened) return std::move(opened).error();
    after = *std::move(opened);
  }

  PageText text("{\"rejects\":[", context.options.max_page_bytes, call.options);
  std::string& out = text.text();
  const std::size_t start = out.size();
  const auto page = context.zone.rejects(
      kind, *limit, context.options.max_page_bytes, after,
      [&](const RecordView& view) {
        if (!text.make_room(2 * view.bytes())) return;  // What it has may need escapes.
        if (out.size() > start) out += ',';
        append_reject(out, view);
      },
      call.options);
  if (!page) return page.error();
  if (auto complete = text.check(); !complete) return std::move(complete).error();
  out += "],";
  if (const auto appended = append_next_cursor(out, page->next, context.cursors, identity);
      !appended) {
    return appended.error();
  }
  out += '}';
  return json_response(std::move(out));
}

Result<Response> remove_rejects(const RouteContext& context, const Call& call) {
  const auto ids = ids_of(call, "rejectId", context.options);
  if (!ids) return ids.error();
  const auto report = context.zone.remove_rejects(*ids, call.options);
  if (!report) return report.error();
  call.effect.counts = {{"deletedRejects", report->deleted}, {"missing", report->missing.size()}};
  std::string out = "{\"deletedRejects\":" + std::to_string(report->deleted) + ",\"missing\":";
  append_json_strings(out, report->missing);
  out += '}';
  return json_response(std::move(out));
}

}  // namespace

Route rejects_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/rejects",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind", "limit", "cursor"},
          .answer = [context](Call& call) { return list_rejects(context, call); }};
}

Route delete_rejects_route(RouteContext context) {
  return {.method = Method::delete_,
          .pattern = "/rejects",
          .permission = Permission::remove,
          .execution = Execution::on_worker,
          .parameters = {"rejectId"},
          .scope = Scope::every_kind,
          .answer = [context](Call& call) { return remove_rejects(context, call); }};
}

}  // namespace dropzone::http
