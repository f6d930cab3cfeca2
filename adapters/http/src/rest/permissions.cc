#include "rest/permissions.h"

#include <string>

#include <dropzone/kind/kind.h>

namespace dropzone::http {
namespace {

Error lacking(Access access, std::string_view what) {
  std::string detail = "These credentials lack the role ";
  detail.append(role_name(access)).append(" for ").append(what).append(".");
  return {ErrorCode::forbidden, std::move(detail)};
}

Result<void> permit_every_kind(const Grants& grants, Access access) {
  if (grants.allow_everywhere(access)) return {};
  return lacking(access, "all kinds");
}

}  // namespace

Result<void> permit(const Grants& grants, const Route& route) {
  if (route.scope == Scope::every_kind) return permit_every_kind(grants, route.access);
  if (route.access == Access::known || grants.allow_somewhere(route.access)) return {};
  return lacking(route.access, "any kind");
}

Result<void> permit(const Call& call, Access access, std::string_view kind) {
  if (is_kind_name(kind)) call.effect.kind = kind;
  if (call.principal.grants.allow(access, kind)) return {};
  return lacking(access, "this kind");
}

Result<void> permit_every_kind(const Call& call, Access access) {
  return permit_every_kind(call.principal.grants, access);
}

}  // namespace dropzone::http
