#include "rest/record_target.h"

#include <span>
#include <utility>
#include <vector>

#include <dropzone/json/record_text.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/record_id.h>

#include "rest/answers.h"
#include "rest/record_page.h"
#include "rest/warnings.h"

namespace dropzone::http {
namespace {

Error stale() {
  return {ErrorCode::precondition_failed, "The record has another version; fetch it again."};
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

}  // namespace

Error no_match(const EntityTags& tags, std::string_view version) {
  const bool all_weak = tags.versions.empty() && !tags.weak.empty();
  if (!all_weak && !tags.name_it_weakly(version)) return stale();
  return {ErrorCode::precondition_failed,
          "If-Match has a weak tag (W/\"…\"), and weak tags never match there. This server's tags "
          "are strong: a proxy that compresses its answers makes them weak. Send the tag without "
          "W/, or keep the proxy from compressing."};
}

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

}  // namespace dropzone::http
