#include "serve.h"

#include <unistd.h>

#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <dropzone/auth/auth_stack.h>
#include <dropzone/auth/secrets.h>
#include <dropzone/auth/shared_cursors.h>
#include <dropzone/auth/sweeper.h>
#include <dropzone/config/setting.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/crypto/openssl_id_source.h>
#include <dropzone/http/server/signal_stack.h>
#include <dropzone/jobs/background_jobs.h>
#include <dropzone/kinds/live_kinds.h>
#include <dropzone/kinds/reject_watch.h>
#include <dropzone/kinds/retention_sweeper.h>
#include <dropzone/log/audit_log.h>
#include <dropzone/log/crash_report.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metered_record_repository.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/process/heap.h>
#include <dropzone/process/service_manager.h>
#include <dropzone/process/signals.h>
#include <dropzone/process/stop_limit.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/stores/deployment_check.h>

#include "auth_parts.h"
#include "first_user.h"
#include "http_stack.h"
#include "kinds.h"
#include "reload.h"
#include "steps.h"
#include "store.h"

namespace dropzone::server {
namespace {

using RecordIds = crypto::OpensslIdSource::RecordIds;

// After --drain-timeout, until the process ends whatever still runs.
constexpr std::chrono::milliseconds kTimeToEnd{1'500};
constexpr std::chrono::minutes kSweepPeriod{10};
// Opening the store has just asked it: if it answers, it does so at once.
constexpr std::chrono::milliseconds kStorePatience{250};

log::Log::Settings log_settings(const Options& options) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  const bool json = options.log_format == log::LogFormat::json ||
                    (options.log_format == log::LogFormat::automatic && !terminal);
  return {.level = options.log_level, .json = json, .descriptor = STDERR_FILENO};
}

/// Null if none is wanted.
Result<std::unique_ptr<log::AuditLog>> open_audit_log(const Options& options, Clock& clock,
                                                      log::Log& log) {
  if (options.audit_log.empty()) return std::unique_ptr<log::AuditLog>();
  auto audit =
      log::AuditLog::open({.file = options.audit_log, .reads = options.audit_reads}, clock, log);
  if (!audit) return config::fault("--audit-log", audit.error().detail);
  return audit;
}

/// Logs what an operator may assume wrongly of the kinds. A remote store that does not answer now
/// is not asked.
void report_doubts(const Store& store, const DropZone& zone, Clock& clock, IdSource& ids,
                   log::Log& log) {
  RecordRepository& repository = zone.repository();
  const auto moment = std::chrono::steady_clock::now() + kStorePatience;
  if (!store.embedded && !repository.check(moment)) return;
  for (const auto& doubt : stores::find_doubts(store, repository, *zone.kinds(), clock, ids)) {
    log.warning(doubt);
  }
}

/// What runs, for as long as it does.
struct Running {
  const Options& options;
  std::string_view service_manager;  ///< Its socket.
  process::Signals& signals;
  HttpStack& http;
  jobs::BackgroundJobs& jobs;
  auth::AuthStack& auth;
  log::AuditLog* audit;
  log::Log& log;
  process::StopLimit& stop_limit;
  kinds::LiveKinds& live_kinds;
  Reloads& reloads;
  const std::function<void()>& report_doubts;
};

/// Serves until a signal asks it to stop, and reads files again whenever one asks for that.
void run_until_stopped(const Running& run) {
  while (run.signals.wait() == process::Signals::Action::reload) {
    reload({run.options, run.http.server(), run.auth, run.live_kinds, run.audit, run.log,
            run.report_doubts},
           run.reloads);
  }
  run.log.info("stopping");
  process::notify_systemd(run.service_manager, process::kServiceStopping);
  run.http.announce_shutdown();
  run.signals.wait_for_stop(run.options.shutdown_delay);
  run.stop_limit.begin(run.options.drain_timeout + kTimeToEnd);
  const auto end = std::chrono::steady_clock::now() + run.options.drain_timeout;
  run.jobs.stop();
  if (!run.http.stop(end)) run.log.warning("some requests did not finish in time");
  run.log.info("stopped");
}

/// Starts to remove what has expired of keys and tokens.
std::unique_ptr<auth::Sweeper> start_sweeper(auth::AuthStack& auth, log::Log& log) {
  return std::make_unique<auth::Sweeper>(
      auth.sweeps(), kSweepPeriod, [&log](const std::string& why) {
        log.warning("expired credentials were not removed: " + why);
      });
}

}  // namespace

Result<void> serve(const Options& options, const config::Environment& environment) {
  process::set_up_heap();
  process::Signals signals;
  SystemClock clock;
  crypto::OpensslDigest digest;
  metrics::Metrics metrics;
  log::Log log(log_settings(options), clock);
  process::StopLimit stop_limit([&log] {
    log.warning("some work could not be stopped, and ends with the process");
    log.flush();
  });
  const http::SignalStack signal_stack;
  http::RequestsUnderWay under_way;
  const log::CrashReport crash_report(under_way, {.json = log.json(), .descriptor = STDERR_FILENO});
  DROPZONE_TRY(const auto audit, open_audit_log(options, clock, log));

  DROPZONE_TRY(const StepRegistry steps, make_steps(options));
  DROPZONE_TRY(auto catalog, load_kinds(options, steps));
  DROPZONE_TRY(auto store, open_store(options, environment, catalog, metrics, log));
  crypto::OpensslIdSource ids(store.embedded ? RecordIds::in_runs : RecordIds::scattered);
  metrics::MeteredRecordRepository repository(*store.repository, metrics);
  const RecordLimits limits{.max_depth = options.api.max_depth,
                            .max_made_bytes = options.api.max_body};
  DropZone zone({.repository = repository,
                 .clock = clock,
                 .ids = ids,
                 .digest = &digest,
                 .observer = &metrics,
                 .reject_retention = kinds::kept_for(options.reject_retention)},
                std::move(catalog), limits);

  kinds::LiveKinds live_kinds(
      {[&] { return load_kinds(options, steps); }, zone, clock, ids, digest, steps, log});
  DROPZONE_CHECK(live_kinds.start(store.embedded));

  auth::SharedSecrets secrets(repository, clock, ids);
  const auth::SharedCursors cursors([&] { return shared_secret(options, secrets); });
  DROPZONE_CHECK(prepare(cursors, store, log));
  auth::AuthStack auth(repository, clock, ids, {.callers = options.workers * 3 / 4},
                       open_provider(options, clock, log));
  DROPZONE_TRY(const auto admitted, admit_users(auth.users, options, store.embedded, secrets, log));
  if (audit) audit->users_read(admitted);
  const auto sweeper = start_sweeper(auth, log);
  const auto retention = kinds::start_retention(zone, store.embedded, metrics, log);
  kinds::RejectWatch rejects({zone, metrics, log, store.embedded, options.max_rejects});
  jobs::BackgroundJobs jobs(
      {zone, clock, ids, log, metrics, !store.embedded, limits, options.api.max_values});

  HttpStack http({options, environment, store.embedded, zone, steps, live_kinds.deployments(),
                  jobs.jobs(), rejects.counts(), cursors, auth, log, audit.get(), metrics,
                  under_way});
  DROPZONE_CHECK(http.start());
  jobs.start();
  Reloads reloads;
  metrics::add_log_stats(metrics, log, audit.get());
  add_reload_stats(metrics, reloads);
  const std::function<void()> doubts = [&] { report_doubts(store, zone, clock, ids, log); };
  doubts();
  log.info(stores::describe(store, repository) + ". Try it at " + http.address() + "/swagger");
  log.flush();
  std::cout << "listening on " << http.address() << std::endl;  // Scripts read this line.
  const auto service_manager = config::value_of(environment, "NOTIFY_SOCKET");
  process::notify_systemd(service_manager, process::kServiceReady);
  run_until_stopped({options, service_manager, signals, http, jobs, auth, audit.get(), log,
                     stop_limit, live_kinds, reloads, doubts});
  return {};
}

}  // namespace dropzone::server
