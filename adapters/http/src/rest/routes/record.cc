#include <utility>

#include <dropzone/json/document_decoder.h>
#include <dropzone/json/merge_patch.h>
#include <dropzone/store/record_history.h>
#include <dropzone/value/record_id.h>

#include "rest/answers.h"
#include "rest/conditions.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/record_bodies.h"
#include "rest/record_page.h"
#include "rest/record_target.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

Error no_such_record(const std::string& id) {
  return {ErrorCode::not_found, "There is no record with the _id \"" + id + "\"."};
}

/// What can be said of a write before its body has come.
Result<void> check_head(const RouteContext& context, const Call& call) {
  const auto target = target_of(call, context.options);
  if (!target) return target.error();
  if (const auto known = context.zone.kinds()->find(target->kind); !known) return known.error();
  DROPZONE_CHECK(record_parts(call, *context.zone.kinds(), target->kind));
  return {};
}

Result<Response> get(const RouteContext& context, const Call& call) {
  const auto target = target_of(call, context.options);
  if (!target) return target.error();
  const auto shown = record_parts(call, *context.zone.kinds(), target->kind);
  if (!shown) return shown.error();
  const auto if_match = entity_tags(call.request, "If-Match");
  if (!if_match) return if_match.error();
  const auto if_none_match = entity_tags(call.request, "If-None-Match");
  if (!if_none_match) return if_none_match.error();
  const auto& wanted = *if_match;
  const auto& known = *if_none_match;

  Projection projection = projection_of(*shown);
  projection.meta = true;
  Result<Response> answer = no_such_record(target->id);
  const auto missing = context.zone.fetch_many(
      target->kind, std::span(&target->id, 1), projection,
      [&](const RecordView& view) {
        const std::string& version = view.meta->version;
        if (wanted && !wanted->match_strongly(version)) {
          answer = no_match(*wanted, version);
        } else if (known && known->match_weakly(version)) {
          Response unchanged;
          unchanged.status = 304;
          unchanged.headers.set("ETag", etag_of(version));
          answer = std::move(unchanged);
        } else {
          answer = record_response(200, view, *shown, version);
        }
      },
      call.options);
  if (!missing) return missing.error();
  return answer;
}

Result<Response> put(const RouteContext& context, Call& call) {
  const auto target = target_of(call, context.options);
  if (!target) return target.error();
  const auto shown = record_parts(call, *context.zone.kinds(), target->kind);
  if (!shown) return shown.error();
  auto conditions = conditions_of(context, *target, call);
  if (!conditions) return std::move(conditions).error();
  auto record = decode_single_record(call.request, context.options, call.options);
  if (!record) return std::move(record).error();

  const bool shows_original = shown->original != json::OriginalForm::none;
  const std::string original = shows_original ? record->original : std::string();
  const RoundedIntegers rounded = std::move(record->rounded);
  const auto result = context.zone.put({.kind = target->kind,
                                        .id = target->id,
                                        .record = *std::move(record),
                                        .conditions = *std::move(conditions)},
                                       call.options);
  if (!result) return result.error();
  return written_response(call, *target, *result, *shown, original, rounded);
}

Error grown_too_large(std::size_t max_body) {
  return {ErrorCode::record_too_large, "With this change the record would have more than " +
                                           std::to_string(max_body) + " bytes."};
}

Result<Response> patch(const RouteContext& context, Call& call) {
  const auto target = target_of(call, context.options);
  if (!target) return target.error();
  // The answer shows what was there before.
  if (auto readable = permit(call, Permission::read, target->kind); !readable) {
    return std::move(readable).error();
  }
  const auto shown = record_parts(call, *context.zone.kinds(), target->kind);
  if (!shown) return shown.error();
  const auto if_match = required_version(context, *target, call);
  if (!if_match) return if_match.error();

  const json::DecodeLimits limits = limits_of(context.options, call.options);
  MemoryAccount* const memory = limits.memory;
  const std::size_t held = memory ? memory->held() : 0;
  std::string original;
  RoundedIntegers rounded;
  const Revision revision = [&](std::string_view before) -> Result<IncomingRecord> {
    // What an attempt before made is gone.
    if (memory && memory->held() > held) memory->refund(memory->held() - held);
    auto merged = json::merge_patch(before, call.request.body, limits);
    if (!merged) return std::move(merged).error();
    if (merged->size() > context.options.max_body) return grown_too_large(context.options.max_body);
    original = *std::move(merged);
    auto record = decode_single(original, limits);
    if (record) rounded = std::move(record->rounded);
    return record;
  };
  const auto result =
      context.zone.revise(target->kind, target->id, revision, *if_match, call.options);
  if (!result) return result.error();
  return written_response(call, *target, *result, *shown, original, rounded);
}

/// Deletes a record and its history.
Result<Response> forget_record(const RouteContext& context, const Call& call, const Target& target,
                               const std::optional<std::string>& if_match) {
  static const json::JsonDocumentDecoder kDecoder;
  RecordHistory history({.zone = context.zone, .documents = kDecoder});
  DROPZONE_TRY(const auto forgotten,
               history.forget(target.kind, target.id, if_match, call.options));
  call.effect.counts = {{"deleted", forgotten.record ? 1U : 0U},
                        {"historyEntries", forgotten.entries}};
  return empty_response();
}

Result<Response> remove_record(const RouteContext& context, const Call& call) {
  const auto target = target_of(call, context.options);
  if (!target) return target.error();
  DROPZONE_TRY(const bool forgets, flag(call, "history"));
  const auto if_match = required_version(context, *target, call);
  if (!if_match) return if_match.error();
  if (forgets) return forget_record(context, call, *target, *if_match);
  auto removed = context.zone.remove_one(target->kind, target->id, *if_match, call.options);
  if (!removed) return std::move(removed).error();
  call.effect.counts = {{"deleted", 1}};
  return empty_response();
}

}  // namespace

Route get_record_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/records/{id}",
          .permission = Permission::read,
          .execution = Execution::short_read,
          .parameters = {"kind", "original", "meta", "fields"},
          .answer = [context](Call& call) { return get(context, call); }};
}

Route put_record_route(RouteContext context) {
  return {.method = Method::put,
          .pattern = "/records/{id}",
          .permission = Permission::write,
          .execution = Execution::on_worker,
          .parameters = {"kind", "original", "meta", "fields"},
          .answer = [context](Call& call) { return put(context, call); },
          .body = BodyType::json,
          .check_head = [context](Call& call) { return check_head(context, call); }};
}

Route patch_record_route(RouteContext context) {
  return {.method = Method::patch,
          .pattern = "/records/{id}",
          .permission = Permission::write,
          .execution = Execution::on_worker,
          .parameters = {"kind", "original", "meta", "fields"},
          .answer = [context](Call& call) { return patch(context, call); },
          .body = BodyType::merge_patch,
          .check_head = [context](Call& call) { return check_head(context, call); }};
}

Route delete_record_route(RouteContext context) {
  return {.method = Method::delete_,
          .pattern = "/records/{id}",
          .permission = Permission::remove,
          .execution = Execution::on_worker,
          .parameters = {"kind", "history"},
          .answer = [context](Call& call) { return remove_record(context, call); },
          .produces = {}};
}

}  // namespace dropzone::http
