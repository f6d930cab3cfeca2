#include <charconv>
#include <utility>

#include <dropzone/json/decode_value.h>
#include <dropzone/value/difference.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/limits.h>

#include "rest/answers.h"
#include "rest/comparison.h"
#include "rest/conditions.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

constexpr std::size_t kDefaultSample = 100;

/// Members of a definition that an answer shows as they were written.
constexpr std::string_view kShownAsWritten[] = {"id", "examples", "retention", "history"};

Value index_value(const IndexDefinition& index) {
  const auto name = [](const SortKey& key) {
    return Value((key.descending ? "-" : "") + key.field.name());
  };
  if (index.size() == 1) return name(index.front());
  Array names;
  for (const SortKey& key : index) names.push_back(name(key));
  return names;
}

/// The definition of a kind, whole, as an answer shows it.
Object definition_object(const Kind& kind) {
  Array indexes;
  for (const IndexDefinition& index : kind.indexes()) indexes.push_back(index_value(index));
  Object fields;
  for (const auto& [field, type] : kind.fields()) fields.append(field.name(), type_name(type));

  Object object;
  object.append("name", kind.name());
  if (!kind.description().empty()) object.append("description", kind.description());
  object.append("version", kind.version());
  object.append("pipeline", kind.pipeline_definition());
  object.append("fields", std::move(fields));
  object.append("indexes", std::move(indexes));
  for (const std::string_view name : kShownAsWritten) {
    const Value* value = kind.definition().as_object()->find(name);
    if (value) object.append(std::string(name), *value);
  }
  return object;
}

bool is_by_file(const RouteContext& context, const std::string& kind) {
  if (!context.deployments) return true;
  const auto deployment = context.deployments->find(kind);
  return !deployment || deployment->by_file;
}

/// Adds why the kind's rejects wait, as far as they can be counted by that.
Result<void> append_reasons(Object& object, const RouteContext& context, const Kind& kind,
                            const CallOptions& options) {
  if (!context.reject_counts) return {};
  DROPZONE_TRY(const WaitingRejects rejects, context.reject_counts->of(kind.name(), options));
  if (!rejects.are_grouped) return {};
  Array reasons;
  for (const RejectCount& by : rejects.by) {
    Object reason{{"code", by.code}};
    if (!by.step.empty()) reason.append("step", by.step);
    reason.append("count", by.count);
    reasons.push_back(std::move(reason));
  }
  object.append("rejectsBy", std::move(reasons));
  return {};
}

Result<Object> kind_object(const RouteContext& context, const Kind& kind,
                           const CallOptions& options) {
  DROPZONE_TRY(const KindStats stats, context.zone.stats(kind, options));
  Object object = definition_object(kind);
  object.append("managedBy", is_by_file(context, kind.name()) ? "file" : "api");
  Array builds;
  for (const IndexBuild& build : context.zone.repository().builds()) {
    if (build.kind != kind.name()) continue;
    builds.push_back(
        Object{{"field", build.field.name()}, {"done", build.done}, {"total", build.total}});
  }
  if (!builds.empty()) object.append("indexBuilds", std::move(builds));
  object.append("records", stats.records);
  object.append("rejects", stats.rejects);
  DROPZONE_CHECK(append_reasons(object, context, kind, options));
  return object;
}

Result<Response> list_kinds(const RouteContext& context, const Call& call) {
  std::string out = "{\"kinds\":[";
  const std::size_t start = out.size();
  const auto catalog = context.zone.kinds();
  for (const auto& kind : catalog->kinds()) {
    if (!call.principal.grants.allow(Permission::read, kind->name())) continue;
    DROPZONE_TRY(const Object object, kind_object(context, *kind, call.options));
    if (out.size() > start) out += ',';
    append_json(out, object);
  }
  out += "]}";
  return json_response(std::move(out));
}

Result<Response> kind_response(const RouteContext& context, const Call& call,
                               const Deployment& deployment) {
  DROPZONE_TRY(const Object object, kind_object(context, *deployment.kind, call.options));
  Response response = json_response(to_json(object), deployment.created ? 201 : 200);
  response.headers.set("ETag", etag_of(deployment.etag));
  return response;
}

Result<Response> show(const RouteContext& context, const Call& call) {
  const std::string& name = call.captures[0];
  DROPZONE_CHECK(permit(call, Permission::read, name));
  if (context.deployments) {
    DROPZONE_TRY(const Deployment deployment, context.deployments->find(name));
    return kind_response(context, call, deployment);
  }
  DROPZONE_TRY(const auto kind, context.zone.kinds()->find(name));
  DROPZONE_TRY(const Object object, kind_object(context, *kind, call.options));
  return json_response(to_json(object));
}

// ---- Changing kinds.

Result<VersionConditions> kind_conditions(const RouteContext& context, const Call& call) {
  VersionConditions conditions;
  DROPZONE_TRY(const auto wanted, entity_tags(call.request, "If-Match"));
  DROPZONE_TRY(const auto unwanted, entity_tags(call.request, "If-None-Match"));
  if (unwanted && !unwanted->any) {
    return Error{ErrorCode::invalid_request,
                 "Of a kind, If-None-Match can only be *: deploy it only if there is none."};
  }
  conditions.if_none_match_any = unwanted && unwanted->any;
  if (!wanted) return conditions;
  if (wanted->any) {
    conditions.if_match = "*";
    return conditions;
  }
  const auto present = context.deployments->find(call.captures[0]);
  if (!present || !wanted->match_strongly(present->etag)) {
    return Error{ErrorCode::precondition_failed,
                 "The kind's definition has changed; fetch it again."};
  }
  conditions.if_match = present->etag;
  return conditions;
}

Result<std::size_t> sample_size(const Call& call, bool dry_run) {
  const auto text = call.request.query_value("sample");
  if (!text) return kDefaultSample;
  if (!dry_run) {
    return Error{ErrorCode::invalid_request,
                 "\"sample\" is for a dry run; add dryRun=true, or leave it out to deploy."};
  }
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), size);
  if (error == std::errc() && end == text->data() + text->size() && size >= 1 &&
      size <= kMaxSample) {
    return size;
  }
  return Error{ErrorCode::invalid_request,
               "\"sample\" must be a whole number from 1 to " + std::to_string(kMaxSample) + "."};
}

/// What deploying would do: the kind as it would be, and what that makes of stored originals.
Result<Response> judge(const RouteContext& context, const Call& call, const Deployment& planned,
                       std::size_t sample) {
  DROPZONE_CHECK(permit(call, Permission::read, planned.kind->name()));
  std::string out = "{\"kind\":";
  append_json(out, definition_object(*planned.kind));
  out += ",\"sample\":";
  DROPZONE_CHECK(append_judgement(out, context, *planned.kind, sample, call.options));
  out += '}';
  return json_response(std::move(out));
}

/// What an example expects and what came, with the object after each step, for the problem
/// document.
std::string example_member(const FailedExample& failed) {
  std::string out = "\"failedExample\":{\"index\":" + std::to_string(failed.index);
  out += ",\"expected\":" + failed.expected + ",\"got\":" + failed.got + ",\"trace\":";
  append_trace(out, failed.trace);
  return out + '}';
}

Result<Response> deploy(const RouteContext& context, Call& call) {
  const std::string name = call.captures[0];
  DROPZONE_CHECK(permit(call, Permission::admin, name));
  DROPZONE_TRY(const bool dry_run, flag(call, "dryRun"));
  DROPZONE_TRY(const std::size_t sample, sample_size(call, dry_run));
  if (!is_kind_name(name)) {
    return Error{
        ErrorCode::invalid_request,
        "The name of a kind must be a letter, then letters, digits, _ and -, at most 100."};
  }
  DROPZONE_TRY(const Value definition, json::decode_definition(call.request.body));
  DROPZONE_TRY(const VersionConditions conditions, kind_conditions(context, call));
  KindDeployments& deployments = *context.deployments;
  const auto deployed = dry_run ? deployments.check(name, definition, conditions, call.options)
                                : deployments.deploy(name, definition, conditions, call.options);
  if (!deployed) {
    const auto failed = deployed.error().code == ErrorCode::example_failed
                            ? deployments.failed_example(name, definition)
                            : std::nullopt;
    if (failed) call.effect.problem_members = example_member(*failed);
    return deployed.error();
  }
  if (dry_run) return judge(context, call, *deployed, sample);
  call.effect.targets = {deployed->kind->pipeline_name()};
  call.effect.changes =
      audited_differences(deployed->before.value_or(Object()), deployed->kind->definition());
  return kind_response(context, call, *deployed);
}

Result<Response> retire(const RouteContext& context, Call& call) {
  const std::string& name = call.captures[0];
  DROPZONE_CHECK(permit(call, Permission::admin, name));
  DROPZONE_TRY(const VersionConditions conditions, kind_conditions(context, call));
  DROPZONE_TRY(Deployment retired, context.deployments->retire(name, conditions, call.options));
  call.effect.targets = {retired.kind->pipeline_name()};
  DROPZONE_TRY(const KindStats stats, context.zone.stats(*retired.kind, call.options));
  Object object = definition_object(*retired.kind);
  object.append("managedBy", "api");
  object.append("records", stats.records);
  object.append("rejects", stats.rejects);
  return json_response(to_json(object));
}

// ---- Versions.

void append_version(std::string& out, const KindVersion& version) {
  out += "{\"version\":" + std::to_string(version.version) + ",\"deployedAt\":\"";
  append_timestamp(out, version.deployed_at);
  out += "\",\"deployedBy\":";
  append_json_string(out, version.deployed_by);
  out += ",\"definition\":" + version.definition + '}';
}

Result<Response> list_versions(const RouteContext& context, const Call& call) {
  DROPZONE_CHECK(permit(call, Permission::read, call.captures[0]));
  DROPZONE_TRY(const auto versions, context.deployments->versions(call.captures[0], call.options));
  std::string out = "{\"versions\":[";
  for (const KindVersion& version : versions) {
    if (out.back() != '[') out += ',';
    append_version(out, version);
  }
  out += "]}";
  return json_response(std::move(out));
}

Result<Response> show_version(const RouteContext& context, const Call& call) {
  DROPZONE_CHECK(permit(call, Permission::read, call.captures[0]));
  const std::string& text = call.captures[1];
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) {
    return Error{ErrorCode::not_found, "A version is a whole number of at least 1."};
  }
  DROPZONE_TRY(const KindVersion version,
               context.deployments->version(call.captures[0], number, call.options));
  std::string out;
  append_version(out, version);
  return json_response(std::move(out));
}

}  // namespace

Route kinds_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/kinds",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return list_kinds(context, call); }};
}

Route kind_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/kinds/{name}",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return show(context, call); }};
}

Route deploy_kind_route(RouteContext context) {
  return {.method = Method::put,
          .pattern = "/kinds/{name}",
          .permission = Permission::admin,
          .execution = Execution::on_worker,
          .parameters = {"dryRun", "sample"},
          .answer = [context](Call& call) { return deploy(context, call); },
          .body = BodyType::json,
          .check_head = [](Call& call) -> Result<void> {
            DROPZONE_CHECK(permit(call, Permission::admin, call.captures[0]));
            return {};
          },
          .max_body = kMaxDeployedDefinitionBytes};
}

Route retire_kind_route(RouteContext context) {
  return {.method = Method::delete_,
          .pattern = "/kinds/{name}",
          .permission = Permission::admin,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return retire(context, call); }};
}

Route kind_versions_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/kinds/{name}/versions",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return list_versions(context, call); }};
}

Route kind_version_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/kinds/{name}/versions/{version}",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return show_version(context, call); }};
}

}  // namespace dropzone::http
