#pragma once

#include <atomic>
#include <functional>

#include <dropzone/auth/auth_stack.h>
#include <dropzone/http/server/server.h>
#include <dropzone/kinds/live_kinds.h>
#include <dropzone/log/audit_log.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>

#include "options/options.h"

namespace dropzone::server {

/// The result of reading files again.
struct Reloads {
  /// Whether the users file could not be used the last time, so that removed users are still
  /// admitted.
  std::atomic<bool> users_unusable = false;
};

/// What SIGHUP reloads. Without an audit log it is null. `report_doubts` logs what an operator may
/// assume wrongly of the kinds.
struct Reloaded {
  const Options& options;
  http::Server& server;
  auth::AuthStack& auth;
  kinds::LiveKinds& live_kinds;
  log::AuditLog* audit;
  log::Log& log;
  const std::function<void()>& report_doubts;
};

/// Handles SIGHUP: opens the audit log's file again, and reads certificates, users and
/// kinds. Tokens then have the permissions that their users have now, and those of users who are
/// gone, or have another password, end on all instances.
/// The log says what was read again, and that options were not.
/// If a file cannot be used, the previous state stays, with a warning. A users file without users
/// can be used: then none of them is admitted any more, which is an error in the log.
void reload(const Reloaded& parts, Reloads& reloads);

/// Adds the results of SIGHUP, which must outlive the metrics' last use.
void add_reload_stats(metrics::Metrics& metrics, const Reloads& reloads);

}  // namespace dropzone::server
