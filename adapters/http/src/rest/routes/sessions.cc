#include <optional>
#include <string>
#include <utility>

#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

/// Whose sessions the principal may see and end; nothing: everybody's. Keys and users of a provider
/// have none.
std::optional<std::string> sessions_of(const Principal& principal) {
  if (principal.grants.allow_everywhere(Permission::admin)) return std::nullopt;
  const bool is_user = principal.credential == Credential::password ||
                       principal.credential == Credential::access_token;
  return is_user ? principal.name : std::string();
}

Object session_object(const TokenSession& session) {
  Object object;
  object.append("id", session.id);
  object.append("user", session.user);
  object.append("beganAt", session.began_at);
  object.append("refreshedAt", session.refreshed_at);
  object.append("expiresAt", session.expires_at);
  return object;
}

Result<Response> list_sessions(const RouteContext& context, const Call& call) {
  DROPZONE_TRY(const auto sessions,
               context.tokens->sessions(sessions_of(call.principal), call.options));
  call.effect.counts = {{"listed", sessions.size()}};
  Array array;
  for (const TokenSession& session : sessions) array.push_back(session_object(session));
  return json_response(to_json(Object{{"sessions", std::move(array)}}));
}

/// Whoever may not end it learns of no session.
Result<Response> end_session(const RouteContext& context, const Call& call) {
  const std::string& id = call.captures.front();
  call.effect.targets = {id};
  DROPZONE_TRY(const bool ended,
               context.tokens->end_session(id, sessions_of(call.principal), call.options));
  if (!ended) return Error{ErrorCode::not_found, "There is no session " + in_quotes(id) + "."};
  call.effect.counts = {{"revoked", 1}};
  return empty_response();
}

}  // namespace

Route sessions_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/auth/sessions",
          .permission = Permission::known,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return list_sessions(context, call); }};
}

Route end_session_route(RouteContext context) {
  return {.method = Method::delete_,
          .pattern = "/auth/sessions/{id}",
          .permission = Permission::known,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return end_session(context, call); },
          .produces = {}};
}

}  // namespace dropzone::http
