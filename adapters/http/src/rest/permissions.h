#pragma once

#include <string_view>

#include <dropzone/result.h>

#include "rest/route.h"

namespace dropzone::http {

// Every refusal for want of a role is made here. `forbidden` names the role that is missing.

/// Whether the principal has what the route asks of everybody: its role for all kinds, or for one
/// at least if the request still has to say which.
Result<void> permit(const Grants& grants, const Route& route);

/// Whether the principal may do this with this kind, be there such a kind or not. Notes the kind as
/// the one that the call is about.
Result<void> permit(const Call& call, Permission permission, std::string_view kind);

/// Whether the principal may do this with all kinds.
Result<void> permit_every_kind(const Call& call, Permission permission);

}  // namespace dropzone::http
