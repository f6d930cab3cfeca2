#include <dropzone/auth/grants.h>

#include <algorithm>
#include <array>
#include <utility>

#include <dropzone/kind/kind.h>
#include <dropzone/text/nearest_name.h>

namespace dropzone {
namespace {

constexpr std::array<std::pair<std::string_view, Permission>, 4> kRoles{{
    {"read", Permission::read},
    {"write", Permission::write},
    {"delete", Permission::remove},
    {"admin", Permission::admin},
}};

Error refuse(std::string detail) { return {ErrorCode::invalid_request, std::move(detail)}; }

Result<Permission> parse_role(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& [known, permission] : kRoles) {
    if (known == name) return permission;
    names.push_back(known);
  }
  return refuse("There is no role \"" + std::string(name) +
                "\". Write read, write, delete or admin, for one kind as read:KIND." +
                did_you_mean(name, names));
}

bool serves(Permission role, Permission wanted) noexcept {
  return role == wanted || role == Permission::admin;
}

}  // namespace

std::string_view role_name(Permission permission) noexcept {
  for (const auto& [name, role] : kRoles) {
    if (role == permission) return name;
  }
  return "";
}

Grants Grants::all() {
  Grants grants;
  grants.grants_.push_back({Permission::admin, {}});
  return grants;
}

Result<Grants> Grants::parse(std::string_view text) {
  Grants grants;
  while (!text.empty()) {
    const auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const auto colon = std::min(part.find(':'), part.size());
    const auto role = parse_role(part.substr(0, colon));
    if (!role) return role.error();
    const auto kind = part.substr(std::min(colon + 1, part.size()));
    if (colon < part.size() && !is_kind_name(kind)) {
      return refuse("In \"" + std::string(part) + "\" there is no name of a kind after the colon.");
    }
    grants.grants_.push_back({*role, std::string(kind)});
  }
  if (grants.empty()) return refuse("No role is named. Write them as read,write:KIND.");
  return grants;
}

void Grants::add(const Grants& others) {
  for (const Grant& grant : others.grants_) {
    if (std::ranges::find(grants_, grant) == grants_.end()) grants_.push_back(grant);
  }
}

bool Grants::allow(Permission permission, std::string_view kind) const noexcept {
  return std::ranges::any_of(grants_, [&](const Grant& grant) {
    return serves(grant.role, permission) && (grant.kind.empty() || grant.kind == kind);
  });
}

bool Grants::allow_everywhere(Permission permission) const noexcept {
  return std::ranges::any_of(grants_, [&](const Grant& grant) {
    return serves(grant.role, permission) && grant.kind.empty();
  });
}

bool Grants::allow_somewhere(Permission permission) const noexcept {
  return std::ranges::any_of(grants_,
                             [&](const Grant& grant) { return serves(grant.role, permission); });
}

bool Grants::cover(const Grants& others) const noexcept {
  return std::ranges::all_of(others.grants_, [&](const Grant& grant) {
    return grant.kind.empty() ? allow_everywhere(grant.role) : allow(grant.role, grant.kind);
  });
}

std::string Grants::text() const {
  std::string text;
  for (const Grant& grant : grants_) {
    if (!text.empty()) text += ',';
    text += role_name(grant.role);
    if (!grant.kind.empty()) text.append(":").append(grant.kind);
  }
  return text;
}

}  // namespace dropzone
