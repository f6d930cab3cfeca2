#include <utility>

#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/parameters.h"
#include "rest/record_page.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

struct Page {
  Query query;
  std::string identity;
};

Result<Page> page_of(const Call& call, const RouteContext& context) {
  auto kind = kind_of(call, context.options);
  if (!kind) return std::move(kind).error();
  const auto limit = limit_of(call, context.options);
  if (!limit) return limit.error();
  Page page;
  page.query.kind = *std::move(kind);
  page.query.limit = *limit;
  page.query.max_bytes = context.options.max_page_bytes;
  page.identity = query_identity(page.query);
  if (const auto cursor = call.request.query_value("cursor")) {
    auto after = context.cursors.open(*cursor, page.identity);
    if (!after) return std::move(after).error();
    page.query.after = *std::move(after);
  }
  return page;
}

Result<Response> fetch_all(const RouteContext& context, Call& call) {
  const auto page = page_of(call, context);
  if (!page) return page.error();
  const auto shown = record_parts(call, *context.zone.kinds(), page->query.kind);
  if (!shown) return shown.error();

  PageText text("{\"records\":", context.options.max_page_bytes, call.options);
  RecordArray records(text, *shown);
  const auto result = context.zone.fetch(
      page->query, projection_of(*shown), [&](const RecordView& view) { records.append(view); },
      call.options);
  if (!result) return result.error();
  if (auto complete = records.close(); !complete) return std::move(complete).error();
  std::string& out = text.text();
  out += ',';
  if (const auto appended = append_next_cursor(out, result->next, context.cursors, page->identity);
      !appended) {
    return appended.error();
  }
  Warnings warnings;
  records.warn(warnings, {});
  warnings.append_to(out);
  out += '}';
  return json_response(std::move(out));
}

Result<Response> fetch_keys(const RouteContext& context, Call& call) {
  const auto page = page_of(call, context);
  if (!page) return page.error();

  PageText text("{\"keys\":[", context.options.max_page_bytes, call.options);
  std::string& out = text.text();
  const std::size_t start = out.size();
  const auto result = context.zone.fetch(
      page->query, {.original = false, .meta = false, .data = false},
      [&](const RecordView& view) {
        if (!text.make_room(view.id.size())) return;
        if (out.size() > start) out += ',';
        append_json_string(out, view.id);
      },
      call.options);
  if (!result) return result.error();
  if (auto complete = text.check(); !complete) return std::move(complete).error();
  out += "],";
  if (const auto appended = append_next_cursor(out, result->next, context.cursors, page->identity);
      !appended) {
    return appended.error();
  }
  out += '}';
  return json_response(std::move(out));
}

}  // namespace

Route fetch_all_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/fetchAll",
          .permission = Permission::read,
          .execution = Execution::short_read,
          .parameters = {"kind", "limit", "cursor", "original", "meta", "fields"},
          .answer = [context](Call& call) { return fetch_all(context, call); }};
}

Route fetch_keys_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/fetchKeys",
          .permission = Permission::read,
          .execution = Execution::short_read,
          .parameters = {"kind", "limit", "cursor"},
          .answer = [context](Call& call) { return fetch_keys(context, call); }};
}

}  // namespace dropzone::http
