#include <utility>

#include <dropzone/json/merge_patch.h>
#include <dropzone/value/record_id.h>

#include "rest/answers.h"
#include "rest/conditions.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/record_bodies.h"
#include "rest/record_page.h"
#include "rest/routes.h"
#include "rest/warnings.h"

namespace dropzone::http {
namespace {

Error stale() {
  return {ErrorCode::precondition_failed, "The record has another version; fetch it again."};
}

/// What is said of tags for If-Match that do not match this version.
Error no_match(const EntityTags& tags, std::string_view version) {
  const bool all_weak = tags.versions.empty() && !tags.weak.empty();
  if (!all_weak && !tags.name_it_weakly(version)) return stale();
  return {ErrorCode::precondition_failed,
          "If-Match has a weak tag (W/\"…\"), and weak tags never match there. This server's tags "
          "are strong: a proxy that compresses its answers makes them weak. Send the tag without "
          "W/, or keep the proxy from compressing."};
}

Error no_such_record(const std::string& id) {
  return {ErrorCode::not_found, "There is no record with the _id \"" + id + "\"."};
}

/// What a call on one record names.
struct Target {
  std::string kind;
  std::string id;
};

Result<Target> target_of(const Call& call, const ApiOptions& options) {
  auto kind = kind_of(call, options);
  if (!kind) return std::move(kind).error();
  // Records that have such an id from before can be read and deleted.
  const bool may_be_old = call.permission != Permission::write && is_dot_segment(call.captures[0]);
  auto valid = check_record_id(call.captures[0]);
  if (!valid && !may_be_old) return std::move(valid).error();
  call.effect.targets = {call.captures[0]};
  return Target{*std::move(kind), call.captures[0]};
}

/// What can be said of a write before its body has come.
Result<void> check_head(const RouteContext& context, const Call& call) {
  const auto target = target_of(call, context.options);
  if (!target) return target.error();
  if (const auto known = context.zone.kinds()->find(target->kind); !known) return known.error();
  DROPZONE_CHECK(record_parts(call, *context.zone.kinds(), target->kind));
  return {};
}

/// The version of a record; empty if there is none.
Result<std::string> version_of(const RouteContext& context, const Target& target,
                               const CallOptions& options) {
  std::string version;
  const auto missing = context.zone.fetch_many(
      target.kind, std::span(&target.id, 1), {.original = false, .meta = true, .data = false},
      [&](const RecordView& view) { version = view.meta->version; }, options);
  if (!missing) return missing.error();
  return version;
}

/// The version that a write must find, by If-Match: "*" for any, the one tag, or the present
/// version if it is one of several.
Result<std::optional<std::string>> required_version(const RouteContext& context,
                                                    const Target& target, const Call& call) {
  const auto sent = entity_tags(call.request, "If-Match");
  if (!sent) return sent.error();
  const auto& tags = *sent;
  if (!tags) return std::optional<std::string>();
  if (tags->any) return std::optional<std::string>("*");
  // The tag "*", in quotes, is not a version; to the store it would be any.
  if (tags->versions.size() == 1 && tags->weak.empty() && tags->versions.front() != "*") {
    return std::optional(tags->versions.front());
  }
  auto version = version_of(context, target, call.options);
  if (!version) return std::move(version).error();
  if (version->empty() || !tags->match_strongly(*version)) return no_match(*tags, *version);
  return std::optional(*std::move(version));
}

Result<VersionConditions> conditions_of(const RouteContext& context, const Target& target,
                                        const Call& call) {
  const auto sent = entity_tags(call.request, "If-None-Match");
  if (!sent) return sent.error();
  auto if_match = required_version(context, target, call);
  if (!if_match) return std::move(if_match).error();
  VersionConditions conditions{.if_match = *std::move(if_match)};
  const auto& unwanted = *sent;
  if (!unwanted) return conditions;
  if (unwanted->any) {
    conditions.if_none_match_any = true;
    return conditions;
  }
  auto version = version_of(context, target, call.options);
  if (!version) return std::move(version).error();
  if (version->empty()) {
    conditions.if_none_match_any = true;
  } else if (unwanted->match_weakly(*version)) {
    return stale();
  } else if (!conditions.if_match || *conditions.if_match == "*") {
    conditions.if_match = *std::move(version);
  }
  return conditions;
}

Response record_response(int status, const RecordView& view, const RecordParts& shown,
                         std::string_view version) {
  std::string out;
  FieldsMet met(shown.fields);
  json::append_record(out, view,
                      {.original = shown.original,
                       .meta = shown.meta,
                       .fields = shown.fields,
                       .on_field = [&](const FieldPath& field) { met.note(field); }});
  Response response = json_response(std::move(out), status);
  response.headers.set("ETag", etag_of(version));
  std::vector<std::string> absent;
  for (const std::size_t i : met.absent()) absent.push_back(pointer_to(shown.fields[i]));
  if (!absent.empty()) response.headers.set(kAbsentFields, header_of(absent));
  return response;
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

Response written_response(const Call& call, const Target& target, const PutResult& result,
                          const RecordParts& shown, std::string_view original,
                          const RoundedIntegers& rounded) {
  call.effect.counts = {{result.created ? "stored" : "replaced", 1}};
  const RecordView view{
      .id = target.id, .data = result.data, .original = original, .meta = &result.meta};
  Response response = record_response(result.created ? 201 : 200, view, shown, result.meta.version);
  if (rounded.count > 0) response.headers.set(kRoundedIntegers, header_of(rounded.pointers));
  return response;
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

Result<Response> remove_record(const RouteContext& context, const Call& call) {
  const auto target = target_of(call, context.options);
  if (!target) return target.error();
  const auto if_match = required_version(context, *target, call);
  if (!if_match) return if_match.error();
  auto removed = context.zone.remove_one(target->kind, target->id, *if_match, call.options);
  if (!removed) return std::move(removed).error();
  call.effect.counts = {{"deleted", 1}};
  Response response;
  response.status = 204;
  return response;
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
          .parameters = {"kind"},
          .answer = [context](Call& call) { return remove_record(context, call); },
          .produces = {}};
}

}  // namespace dropzone::http
