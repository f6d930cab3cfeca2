#include <string>
#include <utility>

#include <dropzone/json/decode_key.h>
#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/parameters.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

Object shown(const ApiKey& key) {
  Object object;
  object.append("id", key.id);
  object.append("name", key.name);
  object.append("roles", key.grants.text());
  object.append("createdAt", key.created_at);
  object.append("createdBy", key.created_by);
  object.append("expiresAt", key.expires_at ? Value(*key.expires_at) : Value());
  Array addresses;
  for (const std::string& address : key.addresses) addresses.push_back(address);
  object.append("addresses", std::move(addresses));
  object.append("certificate", key.certificate.empty() ? Value() : Value(key.certificate));
  return object;
}

Result<Response> make(const RouteContext& context, const Call& call) {
  DROPZONE_TRY(NewKey wanted, json::decode_key(call.request.body));
  DROPZONE_TRY(const KeyService::MadeKey made,
               context.keys->make(call.principal, std::move(wanted), call.options));
  call.effect.counts = {{"made", 1}};
  call.effect.targets = {made.key.id};
  Object object = shown(made.key);
  object.append("key", made.secret);
  return json_response(to_json(object), 201);
}

Result<Response> list_keys(const RouteContext& context, const Call& call) {
  const auto keys = context.keys->list(call.options);
  if (!keys) return keys.error();
  call.effect.counts = {{"listed", keys->size()}};
  Array array;
  for (const ApiKey& key : *keys) array.push_back(shown(key));
  return json_response(to_json(Object{{"keys", std::move(array)}}));
}

Result<Response> revoke_keys(const RouteContext& context, const Call& call) {
  const auto ids = ids_of(call, "keyId", context.options);
  if (!ids) return ids.error();
  std::vector<std::string>& revoked = call.effect.targets;
  std::vector<std::string> missing;
  for (const std::string& id : *ids) {
    const auto done = context.keys->revoke(id, call.options);
    if (!done) return done.error();
    (*done ? revoked : missing).push_back(id);
    call.effect.counts = {{"revoked", revoked.size()}, {"missing", missing.size()}};
  }
  std::string out = "{\"revokedKeys\":" + std::to_string(revoked.size()) + ",\"missing\":";
  append_json_strings(out, missing);
  out += '}';
  return json_response(std::move(out));
}

}  // namespace

Route make_key_route(RouteContext context) {
  return {.method = Method::post,
          .pattern = "/auth/keys",
          .permission = Permission::admin,
          .execution = Execution::on_worker,
          .parameters = {},
          .scope = Scope::every_kind,
          .answer = [context](Call& call) { return make(context, call); },
          .body = BodyType::json};
}

Route list_keys_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/auth/keys",
          .permission = Permission::admin,
          .execution = Execution::on_worker,
          .parameters = {},
          .scope = Scope::every_kind,
          .answer = [context](Call& call) { return list_keys(context, call); }};
}

Route revoke_keys_route(RouteContext context) {
  return {.method = Method::delete_,
          .pattern = "/auth/keys",
          .permission = Permission::admin,
          .execution = Execution::on_worker,
          .parameters = {"keyId"},
          .scope = Scope::every_kind,
          .answer = [context](Call& call) { return revoke_keys(context, call); }};
}

}  // namespace dropzone::http
