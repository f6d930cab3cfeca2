#include <utility>

#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/permissions.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

Value index_value(const IndexDefinition& index) {
  const auto name = [](const SortKey& key) {
    return Value((key.descending ? "-" : "") + key.field.name());
  };
  if (index.size() == 1) return name(index.front());
  Array names;
  for (const SortKey& key : index) names.push_back(name(key));
  return names;
}

Object fields_object(const Kind& kind) {
  Object fields;
  for (const auto& [field, type] : kind.fields()) fields.append(field.name(), type_name(type));
  return fields;
}

Result<std::string> kind_text(const RouteContext& context, const Kind& kind,
                              const CallOptions& options) {
  const auto counts = context.zone.stats(kind, options);
  if (!counts) return counts.error();
  Array indexes;
  for (const IndexDefinition& index : kind.indexes()) indexes.push_back(index_value(index));

  Object object;
  object.append("name", kind.name());
  if (!kind.description().empty()) object.append("description", kind.description());
  object.append("version", kind.version());
  object.append("pipeline", kind.pipeline_definition());
  object.append("fields", fields_object(kind));
  object.append("indexes", std::move(indexes));
  object.append("records", counts->records);
  object.append("rejects", counts->rejects);
  return to_json(object);
}

Result<Response> list_kinds(const RouteContext& context, const Call& call) {
  std::string out = "{\"kinds\":[";
  const std::size_t start = out.size();
  for (const auto& kind : context.zone.kinds().kinds()) {
    if (!call.principal.grants.allow(Permission::read, kind->name())) continue;
    auto text = kind_text(context, *kind, call.options);
    if (!text) return std::move(text).error();
    if (out.size() > start) out += ',';
    out += *text;
  }
  out += "]}";
  return json_response(std::move(out));
}

Result<Response> show(const RouteContext& context, const Call& call) {
  if (auto readable = permit(call, Permission::read, call.captures[0]); !readable) {
    return std::move(readable).error();
  }
  const auto kind = context.zone.kinds().find(call.captures[0]);
  if (!kind) return kind.error();
  auto text = kind_text(context, **kind, call.options);
  if (!text) return std::move(text).error();
  return json_response(*std::move(text));
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

}  // namespace dropzone::http
