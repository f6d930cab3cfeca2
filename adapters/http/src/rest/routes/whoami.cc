#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

constexpr std::array kRoles = {Permission::read, Permission::write, Permission::remove,
                               Permission::admin};

std::string_view credential_name(Credential credential) {
  switch (credential) {
    case Credential::password: return "password";
    case Credential::api_key: return "api_key";
    case Credential::access_token: return "access_token";
    case Credential::provider_token: return "provider_token";
  }
  return "";
}

template <typename Allows>
Array roles_that(Allows allows) {
  Array roles;
  for (const Permission role : kRoles) {
    if (allows(role)) roles.push_back(std::string(role_name(role)));
  }
  return roles;
}

Result<Response> who(const RouteContext& context, const Call& call) {
  const Grants& grants = call.principal.grants;
  Object kinds;
  const auto catalog = context.zone.kinds();
  for (const auto& kind : catalog->kinds()) {
    Array roles = roles_that([&](Permission role) { return grants.allow(role, kind->name()); });
    if (!roles.empty()) kinds.append(kind->name(), std::move(roles));
  }
  Object object;
  object.append("principal", call.principal.name);
  object.append("credential", std::string(credential_name(call.principal.credential)));
  object.append("roles",
                roles_that([&](Permission role) { return grants.allow_everywhere(role); }));
  object.append("kinds", std::move(kinds));
  return json_response(to_json(object));
}

}  // namespace

Route whoami_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/auth/whoami",
          .permission = Permission::known,
          .execution = Execution::on_io_thread,
          .parameters = {},
          .answer = [context](Call& call) { return who(context, call); }};
}

}  // namespace dropzone::http
