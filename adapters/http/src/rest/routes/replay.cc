#include <algorithm>
#include <iterator>
#include <utility>

#include <dropzone/job/replay_work.h>
#include <dropzone/json/decode_replay.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/store/reject_replay.h>
#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/job_answers.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/record_bodies.h"
#include "rest/reject_selection.h"
#include "rest/reject_text.h"
#include "rest/routes.h"
#include "rest/store_report.h"

namespace dropzone::http {
namespace {

/// Rejects that one request replays.
constexpr std::size_t kMaxReplayed = 1'000;
constexpr std::size_t kReplayPage = 200;
constexpr std::size_t kReplayPageBytes = std::size_t{4} << 20;
constexpr std::size_t kShownOfDryRun = 20;

RejectReplay replay_of(const RouteContext& context, bool dry_run) {
  static const json::JsonDocumentDecoder kDecoder;
  return RejectReplay(
      {.zone = context.zone,
       .documents = kDecoder,
       .originals =
           [&options = context.options](std::string_view original, const CallOptions& call) {
             return decode_original(original, limits_of(options, call));
           }},
      dry_run);
}

Result<json::ReplayRequest> replay_request(const RouteContext& context, const Call& call) {
  DROPZONE_TRY(json::ReplayRequest request,
               json::decode_replay(call.request.body, call.options.memory.get()));
  if (request.reject_ids.size() > context.options.max_ids) {
    return Error{ErrorCode::too_many_ids, "There are more than " +
                                              std::to_string(context.options.max_ids) +
                                              " rejectIds; send them in several requests."};
  }
  if (request.selection.code) {
    auto known = check_reject_code(*request.selection.code);
    if (!known) {
      known.error().pointer = "/code";
      return std::move(known).error();
    }
  }
  return request;
}

/// Whether more are selected than one request replays.
Result<bool> are_many(const RouteContext& context, const RejectSelection& selection,
                      const CallOptions& options) {
  const AggregateQuery query{.kind = std::string(kRejectsKind),
                             .filter = filter_of(selection),
                             .count = true,
                             .sums = {},
                             .averages = {}};
  DROPZONE_TRY(const Aggregates counted, context.zone.repository().aggregate(query, options));
  return counted.count.value_or(0) > static_cast<std::int64_t>(kMaxReplayed);
}

Error too_many_selected() {
  return {ErrorCode::too_many_records,
          "More than " + std::to_string(kMaxReplayed) +
              " rejects are selected, and this server has no jobs. Replay them in parts."};
}

/// Replays what is selected, page by page.
Result<std::vector<ReplayResult>> replay_selected(const RejectReplay& replay,
                                                  const RejectSelection& selection,
                                                  const CallOptions& options) {
  std::vector<ReplayResult> results;
  std::optional<Position> after;
  do {
    DROPZONE_TRY(RejectReplay::Page page,
                 replay.replay_page(selection, kReplayPage, kReplayPageBytes, after, options));
    if (page.failure) return *std::move(page.failure);
    results.insert(results.end(), std::make_move_iterator(page.results.begin()),
                   std::make_move_iterator(page.results.end()));
    after = std::move(page.next);
  } while (after);
  return results;
}

void append_result(std::string& out, const ReplayResult& result) {
  out += "{\"rejectId\":";
  append_json_string(out, result.reject_id);
  out += ",\"status\":\"";
  out += status_name(result.status);
  out += '"';
  if (!result.kind.empty()) {
    out += ",\"kind\":";
    append_json_string(out, result.kind);
  }
  if (!result.id.empty()) {
    out += ",\"_id\":";
    append_json_string(out, result.id);
  }
  if (result.status == ReplayStatus::refused) {
    out += ",\"error\":";
    append_error(out, result.error);
  }
  out += '}';
}

Response replay_response(const std::vector<ReplayResult>& results, bool dry_run, Effect& effect) {
  std::string out = dry_run ? "{\"dryRun\":true" : "{\"dryRun\":false";
  for (const ReplayStatus status : {ReplayStatus::stored, ReplayStatus::already_stored,
                                    ReplayStatus::refused, ReplayStatus::missing}) {
    const auto count =
        static_cast<std::size_t>(std::ranges::count(results, status, &ReplayResult::status));
    out += ",\"";
    out += status_name(status);
    out += "\":" + std::to_string(count);
    if (!dry_run) effect.counts.emplace_back(status_name(status), count);
  }
  out += ",\"results\":[";
  const std::size_t shown = dry_run ? std::min(results.size(), kShownOfDryRun) : results.size();
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ',';
    append_result(out, results[i]);
  }
  out += "]}";
  return json_response(std::move(out));
}

/// Few rejects are replayed at once; for many, or at a certain rate, there is a job.
Result<Response> replay_selection(const RouteContext& context, const Call& call,
                                  const json::ReplayRequest& request) {
  const RejectSelection& selection = request.selection;
  DROPZONE_CHECK(selection.kind ? permit(call, Permission::write, *selection.kind)
                                : permit_every_kind(call, Permission::write));
  DROPZONE_TRY(const bool many, are_many(context, selection, call.options));
  if (many && !context.jobs) return too_many_selected();
  if (context.jobs && (many || request.max_per_second)) {
    DROPZONE_TRY(const Job job, ask_for_replay(context.zone, *context.jobs,
                                               {selection, request.dry_run, request.max_per_second},
                                               call.options));
    return accepted(call, job);
  }
  DROPZONE_TRY(const auto results,
               replay_selected(replay_of(context, request.dry_run), selection, call.options));
  return replay_response(results, request.dry_run, call.effect);
}

Result<Response> replay_rejects(const RouteContext& context, const Call& call) {
  DROPZONE_TRY(const json::ReplayRequest request, replay_request(context, call));
  if (request.reject_ids.empty()) return replay_selection(context, call, request);
  DROPZONE_CHECK(permit_rejects(context.zone, call, Permission::write, request.reject_ids));
  DROPZONE_TRY(const auto results,
               replay_of(context, request.dry_run).replay(request.reject_ids, call.options));
  return replay_response(results, request.dry_run, call.effect);
}

Result<std::string> kind_of_reject(const RouteContext& context, const std::string& id,
                                   const CallOptions& options) {
  Result<Object> data = Object();
  DROPZONE_CHECK(context.zone.reject(
      id, [&](const RecordView& view) { data = reject_data(view); }, options));
  if (!data) return std::move(data).error();
  return std::string(text_of(data->find("kind")));
}

/// Whoever may not write its kind learns of no reject.
Result<Response> correct_reject(const RouteContext& context, const Call& call) {
  const std::string& id = call.captures.front();
  call.effect.targets = {id};
  DROPZONE_TRY(const std::string kind, kind_of_reject(context, id, call.options));
  if (!permit(call, Permission::write, kind)) return no_such_reject(id);
  DROPZONE_TRY(IncomingRecord record,
               decode_single_record(call.request, context.options, call.options));
  DROPZONE_TRY(StoreResult result,
               replay_of(context, false).correct(id, std::move(record), call.options));
  StoreReport report;
  ++(result.status == StoreStatus::stored ? report.stored : report.rejected);
  report.results.push_back(std::move(result));
  return store_response(report, Return::records, call.effect);
}

}  // namespace

Route replay_rejects_route(RouteContext context) {
  return {.method = Method::post,
          .pattern = "/rejects/replay",
          .permission = Permission::write,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return replay_rejects(context, call); },
          .body = BodyType::json};
}

Route correct_reject_route(RouteContext context) {
  return {.method = Method::put,
          .pattern = "/rejects/{rejectId}",
          .permission = Permission::write,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return correct_reject(context, call); },
          .body = BodyType::json};
}

}  // namespace dropzone::http
