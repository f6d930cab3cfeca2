#pragma once

#include <dropzone/http/server.h>

#include "access/users.h"
#include "access/verified_tokens.h"
#include "log/audit_log.h"
#include "log/log.h"
#include "options/options.h"

namespace dropzone::server {

/// Does what SIGHUP asks for: opens the audit log's file anew, and reads certificates and users.
/// Tokens are then good for what their users may do now.
/// What cannot be used leaves what was there before, and is a warning. Without an audit log it is
/// null.
void reload(const Options& options, http::Server& server, Users& users, VerifiedTokens& tokens,
            AuditLog* audit, Log& log);

}  // namespace dropzone::server
