#include <array>
#include <utility>

#include <dropzone/job/deletion.h>
#include <dropzone/text/in_quotes.h>

#include "rest/acceptable.h"
#include "rest/answers.h"
#include "rest/deletion_answers.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/record_page.h"
#include "rest/record_stream.h"
#include "rest/reject_selection.h"
#include "rest/reject_text.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

constexpr std::string_view kCsvType = "text/csv; charset=utf-8; header=present";
constexpr std::array<std::string_view, 5> kRejectTypes = {
    "application/json", "application/x-ndjson", "application/ndjson", "application/jsonl",
    "text/csv"};

enum class RejectFormat : std::uint8_t { json, ndjson, csv, originals };

Result<Response> list_page(const RouteContext& context, const Call& call,
                           const RejectSelection& selection) {
  const auto limit = limit_of(call, context.options);
  if (!limit) return limit.error();
  const std::string identity = identity_of(selection);
  std::optional<Position> after;
  if (const auto cursor = call.request.query_value("cursor")) {
    DROPZONE_TRY(after, context.cursors.open(*cursor, identity));
  }
  PageText text("{\"rejects\":[", context.options.max_page_bytes, call.options);
  std::string& out = text.text();
  const std::size_t start = out.size();
  const auto page = context.zone.rejects(
      selection, *limit, context.options.max_page_bytes, after,
      [&](const RecordView& view) {
        if (!text.make_room(2 * view.bytes())) return;  // What it has may need escapes.
        if (out.size() > start) out += ',';
        append_reject(out, view);
      },
      call.options);
  if (!page) return page.error();
  DROPZONE_CHECK(text.check());
  out += "],";
  DROPZONE_CHECK(append_next_cursor(out, page->next, context.cursors, identity));
  out += '}';
  return json_response(std::move(out));
}

StreamedRecords selected_rejects(DropZone& zone, RejectSelection selection, RejectFormat format) {
  StreamedRecords rejects{
      .page =
          [&zone, selection = std::move(selection)](const Query& place, const RecordSink& sink,
                                                    const CallOptions& options) {
            return zone.rejects(selection, place.limit, place.max_bytes, place.after, sink,
                                options);
          },
      .bytes = [](const RecordView& view) { return 2 * view.bytes(); },
      .append = append_reject_line};
  if (format == RejectFormat::originals) rejects.append = append_original_line;
  if (format == RejectFormat::csv) {
    rejects.append = append_reject_row;
    rejects.begin = reject_columns();
  }
  return rejects;
}

Result<Response> download(const RouteContext& context, const Call& call, RejectSelection selection,
                          RejectFormat format) {
  for (const std::string_view name : {"limit", "cursor"}) {
    if (!call.request.query_value(name)) continue;
    return Error{ErrorCode::invalid_request,
                 in_quotes(name) + " is for the answer in JSON; a download has all rejects."};
  }
  if (call.request.http_minor_version == 0) return no_end_to_be_seen(".");
  const std::string name = selection.kind.value_or("all");
  auto rejects = selected_rejects(context.zone, std::move(selection), format);
  if (format == RejectFormat::csv) {
    return stream_records(context, call, std::move(rejects), kCsvType, name + "-rejects.csv");
  }
  const auto type = acceptable_type(call.request.headers, ndjson_types());
  const std::string_view what = format == RejectFormat::originals ? "-originals" : "-rejects";
  return stream_records(context, call, std::move(rejects), type.value_or(ndjson_types().front()),
                        name + std::string(what) + ".ndjson");
}

/// By the parameter, else by what the client takes.
Result<RejectFormat> format_of(const Call& call) {
  if (call.request.query_value("format")) {
    DROPZONE_TRY(const std::size_t format,
                 choice(call, "format", {"json", "ndjson", "csv", "originals"}));
    return RejectFormat{static_cast<std::uint8_t>(format)};
  }
  const auto type = acceptable_type(call.request.headers, kRejectTypes);
  if (!type || *type == kRejectTypes.front()) return RejectFormat::json;
  return *type == kRejectTypes.back() ? RejectFormat::csv : RejectFormat::ndjson;
}

Result<Response> list_rejects(const RouteContext& context, const Call& call) {
  DROPZONE_TRY(RejectSelection selection, reject_selection_of(call, Permission::read));
  DROPZONE_TRY(const RejectFormat format, format_of(call));
  if (format == RejectFormat::json) return list_page(context, call, selection);
  return download(context, call, std::move(selection), format);
}

/// Whoever may not read its kind learns of no reject.
Result<Response> read_reject(const RouteContext& context, const Call& call) {
  const std::string& id = call.captures.front();
  std::string out;
  Result<Object> data = Object();
  DROPZONE_CHECK(context.zone.reject(
      id,
      [&](const RecordView& view) {
        data = reject_data(view);
        append_reject(out, view);
      },
      call.options));
  if (!data) return std::move(data).error();
  if (!permit(call, Permission::read, text_of(data->find("kind")))) return no_such_reject(id);
  return json_response(std::move(out));
}

constexpr std::array<std::string_view, 5> kSelecting = {"kind", "code", "step", "receivedBefore",
                                                        "receivedAfter"};

/// Whether the query selects rejects, rather than naming them.
Result<bool> selects(const Call& call) {
  const auto is_there = [&](std::string_view name) {
    return call.request.query_value(name).has_value();
  };
  const bool is_selected = std::ranges::any_of(kSelecting, is_there);
  const bool is_named = is_there("rejectId");
  if (is_selected != is_named) return is_selected;
  return Error{
      ErrorCode::invalid_request,
      "Say which rejects: either by \"rejectId\", or by one or more of \"kind\", \"code\", "
      "\"step\", \"receivedBefore\" and \"receivedAfter\"."};
}

Result<Response> remove_selected(const RouteContext& context, const Call& call, bool dry_run) {
  DROPZONE_TRY(const RejectSelection selection, reject_selection_of(call, Permission::remove));
  const FilterDeletion deletion = deletion_of(context.zone, selection);
  if (dry_run) return preview_deletion(call, kRejects, deletion);
  DROPZONE_TRY(const auto rate, rate_of(call));
  return delete_selected(context, call, kRejects, deletion, rate, [&] {
    return ask_for_deletion(*context.jobs, selection, rate, call.options);
  });
}

/// Those that are named, as a filter selects them.
FilterDeletion deletion_of_named(DropZone& zone, const std::vector<std::string>& ids) {
  return {zone.repository(),
          std::string(kRejectsKind),
          {Condition{*FieldPath::parse("_id"), Operator::in, Array(ids.begin(), ids.end())}}};
}

Result<void> check_kind(const RouteContext& context, const Call& call) {
  const auto kind = call.request.query_value("kind");
  if (!kind) return {};
  DROPZONE_CHECK(permit(call, Permission::remove, *kind));
  if (const auto known = context.zone.kinds()->find(*kind); !known) return known.error();
  return {};
}

Result<Response> remove_rejects(const RouteContext& context, const Call& call) {
  DROPZONE_CHECK(check_kind(context, call));
  DROPZONE_TRY(const bool dry_run, flag(call, "dryRun"));
  DROPZONE_TRY(const bool is_selection, selects(call));
  if (is_selection) return remove_selected(context, call, dry_run);
  if (call.request.query_value("maxPerSecond")) {
    return Error{ErrorCode::invalid_request,
                 "\"maxPerSecond\" asks for a job, which selects rejects; name none."};
  }
  const auto ids = ids_of(call, "rejectId", context.options);
  if (!ids) return ids.error();
  DROPZONE_CHECK(permit_rejects(context.zone, call, Permission::remove, *ids));
  if (dry_run) return preview_deletion(call, kRejects, deletion_of_named(context.zone, *ids));
  const auto report = context.zone.remove_rejects(*ids, call.options);
  if (!report) return report.error();
  return deleted_named(call, kRejects, report->deleted, report->missing);
}

}  // namespace

Route rejects_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/rejects",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind", "code", "step", "receivedBefore", "receivedAfter", "limit",
                         "cursor", "format"},
          .answer = [context](Call& call) { return list_rejects(context, call); },
          .produces = kRejectTypes};
}

Route reject_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/rejects/{rejectId}",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return read_reject(context, call); }};
}

Route delete_rejects_route(RouteContext context) {
  return {.method = Method::delete_,
          .pattern = "/rejects",
          .permission = Permission::remove,
          .execution = Execution::on_worker,
          .parameters = {"rejectId", "kind", "code", "step", "receivedBefore", "receivedAfter",
                         "dryRun", "maxPerSecond"},
          .answer = [context](Call& call) { return remove_rejects(context, call); }};
}

}  // namespace dropzone::http
