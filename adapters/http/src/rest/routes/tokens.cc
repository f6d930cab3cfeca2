#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <dropzone/value/json_text.h>

#include "message/target.h"
#include "rest/answers.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

// A form has one token, and needs no more than a header may have.
constexpr std::size_t kMaxForm = std::size_t{16} << 10;

Error invalid(std::string detail) { return {ErrorCode::invalid_request, std::move(detail)}; }

/// The one value of a field of a form, `name=value&…`; nothing if it is not there, or twice.
std::optional<std::string> field_of(std::string_view form, std::string_view name) {
  std::optional<std::string> value;
  while (!form.empty()) {
    const auto pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(form.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != name) continue;
    if (value) return std::nullopt;
    value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
  }
  return value;
}

Result<std::string> form_field(const Call& call, std::string_view name) {
  auto value = field_of(call.request.body, name);
  if (!value) return invalid("Send " + std::string(name) + "=… once, as a form.");
  return *std::move(value);
}

Result<Response> pair_response(const Result<TokenPair>& pair) {
  if (!pair) return pair.error();
  Object object;
  object.append("access_token", pair->access_token);
  object.append("token_type", "Bearer");
  object.append("expires_in", static_cast<std::int64_t>(pair->expires_in.count()));
  object.append("refresh_token", pair->refresh_token);
  return json_response(to_json(object));
}

Result<Response> issue(const RouteContext& context, const Call& call) {
  if (call.principal.by_token()) {
    return Error{ErrorCode::forbidden, "A token gets no further token: use /auth/refresh."};
  }
  if (!call.request.body.empty()) {
    const auto grant = form_field(call, "grant_type");
    if (!grant) return grant.error();
    if (*grant != "client_credentials") {
      return invalid("The grant_type here is client_credentials, or no body at all.");
    }
  }
  const auto pair = context.tokens->issue(call.principal, call.options);
  if (pair) call.effect.counts = {{"issued", 1}};
  return pair_response(pair);
}

Result<Response> refresh(const RouteContext& context, const Call& call) {
  const auto token = form_field(call, "refresh_token");
  if (!token) return token.error();
  auto refreshed = context.tokens->refresh(*token, call.options);
  if (refreshed.pair) {
    call.effect.counts = {{"refreshed", 1}};
  } else if (refreshed.ended) {
    call.effect.counts = {{"revoked", 1}};
  }
  call.effect.principal = std::move(refreshed.user);
  return pair_response(refreshed.pair);
}

Result<Response> revoke_token(const RouteContext& context, const Call& call) {
  const auto token = form_field(call, "token");
  if (!token) return token.error();
  auto user = context.tokens->revoke(*token, call.options);
  if (!user) return std::move(user).error();
  call.effect.counts = {{"revoked", user->empty() ? 0 : 1}};
  call.effect.principal = *std::move(user);
  return json_response("{}");
}

Result<Response> key_set(const RouteContext& context, const Call& call) {
  auto keys = context.tokens->key_set(call.options);
  if (!keys) return std::move(keys).error();
  Response response = json_response(*std::move(keys));
  response.headers.set("Cache-Control", "public, max-age=300");
  return response;
}

}  // namespace

Route issue_token_route(RouteContext context) {
  return {.method = Method::post,
          .pattern = "/auth/token",
          .permission = Permission::known,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return issue(context, call); },
          .body = BodyType::form,
          .may_be_empty = true,
          .max_body = kMaxForm};
}

Route refresh_token_route(RouteContext context) {
  return {.method = Method::post,
          .pattern = "/auth/refresh",
          .permission = Permission::open,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return refresh(context, call); },
          .body = BodyType::form,
          .max_body = kMaxForm};
}

Route revoke_token_route(RouteContext context) {
  return {.method = Method::post,
          .pattern = "/auth/revoke",
          .permission = Permission::open,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return revoke_token(context, call); },
          .body = BodyType::form,
          .max_body = kMaxForm};
}

Route key_set_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/.well-known/jwks.json",
          .permission = Permission::open,
          .execution = Execution::on_worker,
          .parameters = {},
          .answer = [context](Call& call) { return key_set(context, call); },
          .produces = {}};
}

}  // namespace dropzone::http
