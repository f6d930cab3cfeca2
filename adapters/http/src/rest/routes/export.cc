#include <memory>
#include <utility>

#include "rest/acceptable.h"
#include "rest/body_type.h"
#include "rest/parameters.h"
#include "rest/record_page.h"
#include "rest/record_stream.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

/// No record begins so: its first member is `_id`.
void append_export_end(std::string& out, std::uint64_t records) {
  out += R"({"_export":{"complete":true,"records":)" + std::to_string(records) + "}}\n";
}

/// All records of a kind, in the order of their ids.
StreamedRecords all_records(DropZone& zone, const std::string& kind, RecordParts parts) {
  const auto shown = std::make_shared<const RecordParts>(std::move(parts));
  return {.page =
              [&zone, kind, shown](const Query& place, const RecordSink& sink,
                                   const CallOptions& options) {
                Query query = place;
                query.kind = kind;
                return zone.fetch(query, projection_of(*shown), sink, options);
              },
          .bytes = [shown](const RecordView& view) { return bytes_of(view, *shown); },
          .append =
              [shown](std::string& out, const RecordView& view) {
                json::append_line(
                    out, view,
                    {.original = shown->original, .meta = shown->meta, .fields = shown->fields});
              }};
}

Result<Response> export_kind(const RouteContext& context, const Call& call) {
  auto kind = kind_of(call, context.options);
  if (!kind) return std::move(kind).error();
  auto shown = record_parts(call);
  if (!shown) return std::move(shown).error();
  const auto end = flag(call, "end");
  if (!end) return end.error();
  if (call.request.http_minor_version == 0 && !*end) {
    return no_end_to_be_seen(", or ask for a last line that says so: ?end=true");
  }
  StreamedRecords records = all_records(context.zone, *kind, *std::move(shown));
  if (*end) records.append_end = append_export_end;
  const auto type = acceptable_type(call.request.headers, ndjson_types());
  return stream_records(context, call, std::move(records), type.value_or(ndjson_types().front()),
                        *kind + ".ndjson");
}

}  // namespace

Route export_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/export",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind", "original", "meta", "end"},
          .answer = [context](Call& call) { return export_kind(context, call); },
          .produces = ndjson_types()};
}

}  // namespace dropzone::http
