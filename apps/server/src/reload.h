#pragma once

#include <atomic>

#include <dropzone/auth/auth_stack.h>
#include <dropzone/http/server/server.h>
#include <dropzone/kinds/live_kinds.h>
#include <dropzone/log/audit_log.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>

#include "options/options.h"

namespace dropzone::server {

/// What came of reading files again.
struct Reloads {
  /// Whether the users file could not be used the last time, so that who was removed since is still
  /// let in.
  std::atomic<bool> users_unusable = false;
};

/// What SIGHUP is about. Without an audit log it is null.
struct Reloaded {
  const Options& options;
  http::Server& server;
  auth::AuthStack& auth;
  kinds::LiveKinds& live_kinds;
  log::AuditLog* audit;
  log::Log& log;
};

/// Does what SIGHUP asks for: opens the audit log's file anew, and reads certificates, users and
/// kinds. Tokens are then good for what their users may do now, and those of users who are gone, or
/// have another password, end on all instances.
/// The log says what was read again, and that options were not.
/// What cannot be used leaves what was there before, and is a warning. A users file with nobody in
/// it can be used: then nobody of it is let in any more, which is an error in the log.
void reload(const Reloaded& parts, Reloads& reloads);

/// Adds what came of SIGHUP. It must outlive the metrics' last use.
void add_reload_stats(metrics::Metrics& metrics, const Reloads& reloads);

}  // namespace dropzone::server
