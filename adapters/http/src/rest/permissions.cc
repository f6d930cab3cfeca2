#include "rest/permissions.h"

#include <string>

#include <dropzone/kind/kind.h>

namespace dropzone::http {
namespace {

Error lacking(Permission permission, std::string_view what) {
  std::string detail = "These credentials lack the role ";
  detail.append(role_name(permission)).append(" for ").append(what).append(".");
  return {ErrorCode::forbidden, std::move(detail)};
}

Result<void> permit_every_kind(const Grants& grants, Permission permission) {
  if (grants.allow_everywhere(permission)) return {};
  return lacking(permission, "all kinds");
}

}  // namespace

Result<void> permit(const Grants& grants, const Route& route) {
  if (route.scope == Scope::every_kind) return permit_every_kind(grants, route.permission);
  if (route.permission == Permission::known || grants.allow_somewhere(route.permission)) return {};
  return lacking(route.permission, "any kind");
}

Result<void> permit(const Call& call, Permission permission, std::string_view kind) {
  if (is_kind_name(kind)) call.effect.kind = kind;
  if (call.principal.grants.allow(permission, kind)) return {};
  return lacking(permission, "this kind");
}

Result<void> permit_every_kind(const Call& call, Permission permission) {
  return permit_every_kind(call.principal.grants, permission);
}

}  // namespace dropzone::http
