#pragma once

#include <dropzone/http/server.h>

#include "access/users.h"
#include "log/audit_log.h"
#include "log/log.h"
#include "options/options.h"

namespace dropzone::server {

/// Does what SIGHUP asks for: opens the audit log's file anew, and reads certificates and users.
/// What cannot be used leaves what was there before, and is a warning. Without an audit log it is
/// null.
void reload(const Options& options, http::Server& server, Users& users, AuditLog* audit, Log& log);

}  // namespace dropzone::server
