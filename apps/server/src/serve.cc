#include "serve.h"

#include <unistd.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <dropzone/call/memory_account.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/crypto/random_bytes.h>
#include <dropzone/http/gate/address_gate.h>
#include <dropzone/http/gate/base_path.h>
#include <dropzone/http/gate/cross_origin_handler.h>
#include <dropzone/http/gate/cross_site_guard.h>
#include <dropzone/http/rest/api.h>
#include <dropzone/http/server/server.h>
#include <dropzone/http/server/signal_stack.h>
#include <dropzone/http/server/worker_pool.h>
#include <dropzone/metrics/metered_record_repository.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/text/base64.h>

#include <dropzone/auth/api_keys.h>
#include <dropzone/auth/basic_authenticator.h>
#include <dropzone/auth/bearer_authenticator.h>
#include <dropzone/auth/credential_router.h>
#include <dropzone/auth/oidc_tokens.h>
#include <dropzone/auth/secrets.h>
#include <dropzone/auth/shared_cursors.h>
#include <dropzone/auth/sweeper.h>
#include <dropzone/auth/tokens.h>
#include <dropzone/auth/verified_tokens.h>
#include <dropzone/config/setting.h>
#include <dropzone/log/access_log.h>
#include <dropzone/log/audit_log.h>
#include <dropzone/log/log.h>
#include "crash_report.h"
#include "first_user.h"
#include "heap.h"
#include "kinds.h"
#include "metrics_page.h"
#include "reload.h"
#include "request_report.h"
#include "service_manager.h"
#include "signals.h"
#include "start_report.h"
#include "steps.h"
#include "stop_limit.h"
#include "store/open_store.h"

namespace dropzone::server {
namespace {

constexpr std::size_t kSecretBytes = 32;
// After --drain-timeout, until the process ends whatever still runs.
constexpr std::chrono::milliseconds kTimeToEnd{1'500};
constexpr std::chrono::minutes kSweepPeriod{10};
// Opening the store has asked it just now: where it answers, it does so at once.
constexpr std::chrono::milliseconds kStorePatience{250};

log::Log::Settings log_settings(const Options& options) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  const bool json = options.log_format == log::LogFormat::json ||
                    (options.log_format == log::LogFormat::automatic && !terminal);
  return {.level = options.log_level, .json = json, .descriptor = STDERR_FILENO};
}

/// What all instances share, and from which they derive their keys.
Result<std::string> shared_secret(const Options& options, auth::SharedSecrets& secrets) {
  if (!options.secret_file.empty()) {
    auto secret = auth::read_secret_file(options.secret_file);
    if (!secret) return config::fault_in("--secret-file", secret.error());
    return secret;
  }
  auto secret = secrets.find_or_make(
      "secret", [] { return base64_encode(crypto::random_bytes(kSecretBytes), Base64::url); });
  if (!secret) return std::move(secret).error();
  return std::move(secret->text);
}

bool is_passing(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::deadline_exceeded ||
         code == ErrorCode::outcome_unknown;
}

/// Asks the store for the cursors' key, or makes it. A store on other machines that does not answer
/// now is asked once it is needed: the server starts all the same.
Result<void> prepare(const auth::SharedCursors& cursors, Store& store, log::Log& log) {
  const auto moment = std::chrono::steady_clock::now() + kStorePatience;
  const auto reached = store.embedded ? Result<void>() : store.repository->check(moment);
  auto ready = reached ? cursors.prepare() : reached;
  const bool passing = !ready && !store.embedded && is_passing(ready.error().code);
  if (!passing) return ready;
  log.warning(ready.error().detail + " The server starts all the same.");
  return {};
}

http::ServerOptions server_options(const Options& options, http::RequestObserver& observer,
                                   std::shared_ptr<MemoryBudget> memory) {
  http::ServerOptions server = options.server;
  server.observer = &observer;
  server.memory = std::move(memory);
  server.shared_addresses = options.addresses.proxies;
  server.max_body = options.api.max_body;
  if (!options.tls.certificate_file.empty()) server.tls = options.tls;
  return server;
}

/// With few means of its own: it serves one page to one or two scrapers.
http::ServerOptions metrics_server_options(const Options& options,
                                           http::RequestObserver& observer) {
  return {.address = options.metrics_listen,
          .io_threads = 1,
          .max_connections = 64,
          .observer = &observer};
}

http::ApiOptions api_options(const Options& options, const Store& store) {
  http::ApiOptions api = options.api;
  api.server_version = DROPZONE_VERSION;
  api.local_store = store.embedded;
  return api;
}

Result<std::unique_ptr<http::Server>> listen(http::ServerOptions options, http::Handler& handler,
                                             std::string_view option) {
  auto server = http::Server::start(std::move(options), handler);
  if (!server) return config::fault(option, server.error().detail);
  return server;
}

/// "http://127.0.0.1:8080". Port 0 stood for a free one.
std::string address_of(const Options& options, const http::Server& server) {
  const std::string& address = options.server.address;
  const auto host = address.substr(0, address.rfind(':'));
  return (options.tls.certificate_file.empty() ? "http://" : "https://") + host + ':' +
         std::to_string(server.port());
}

/// On the one line of standard output, which scripts read.
void announce(const std::string& address) { std::cout << "listening on " << address << std::endl; }

/// A store on other machines that does not answer now is asked nothing.
void report_start(const Store& store, RecordRepository& repository, const KindCatalog& kinds,
                  Clock& clock, IdSource& ids, log::Log& log, const std::string& swagger) {
  const auto moment = std::chrono::steady_clock::now() + kStorePatience;
  if (store.embedded || repository.check(moment)) {
    for (const std::string& doubt : find_doubts(store, repository, kinds, clock, ids)) {
      log.warning(doubt);
    }
  }
  log.info(describe(store, repository) + ". Try it at " + swagger);
}

/// Null where there is no limit.
std::unique_ptr<http::RateLimiter> limiter_of(http::RateLimit limit, std::string policy) {
  if (limit.quota == 0) return nullptr;
  return std::make_unique<http::RateLimiter>(limit, std::move(policy));
}

/// Null where none is wanted.
Result<std::unique_ptr<log::AuditLog>> open_audit_log(const Options& options, Clock& clock,
                                                      log::Log& log) {
  if (options.audit_log.empty()) return std::unique_ptr<log::AuditLog>();
  auto audit =
      log::AuditLog::open({.file = options.audit_log, .reads = options.audit_reads}, clock, log);
  if (!audit) return config::fault("--audit-log", audit.error().detail);
  return audit;
}

std::function<void(const Result<void>&)> reporter(log::Log& log) {
  return [&log](const Result<void>& fetched) {
    if (fetched) {
      log.info("the keys of the OpenID Connect provider are known");
    } else {
      log.warning("no keys of the OpenID Connect provider: " + fetched.error().detail);
    }
  };
}

/// The OpenID Connect provider that the options name; null if they name none. Logs when its keys
/// cannot be had, and when they can again.
std::unique_ptr<auth::OidcTokens> open_provider(const Options& options, Clock& clock,
                                                log::Log& log) {
  if (options.oidc.issuer.empty()) return nullptr;
  oidc::Provider provider = options.oidc;
  provider.on_change = reporter(log);
  return std::make_unique<auth::OidcTokens>(
      std::move(provider), auth::ClaimedRoles(options.oidc_roles_claim, options.oidc_roles), clock);
}

std::string project_of(const config::Environment& environment) {
  return std::string(config::value_of(environment, "GOOGLE_CLOUD_PROJECT"));
}

}  // namespace

Result<void> serve(const Options& options, const config::Environment& environment) {
  set_up_heap();
  Signals signals;
  SystemClock clock;
  RandomIdSource ids;
  crypto::OpensslDigest digest;
  metrics::Metrics metrics;
  log::Log log(log_settings(options), clock);
  StopLimit stop_limit(log);
  const http::SignalStack signal_stack;
  http::RequestsUnderWay under_way;
  const CrashReport crash_report(under_way, {.json = log.json(), .descriptor = STDERR_FILENO});
  const StepRegistry steps = server_steps();
  const auto audit = open_audit_log(options, clock, log);
  if (!audit) return audit.error();

  auto kinds = load_kinds(options, steps);
  if (!kinds) return std::move(kinds).error();
  auto store = open_store(options, environment, *kinds, metrics, log);
  if (!store) return std::move(store).error();
  metrics::MeteredRecordRepository repository(*store->repository, metrics);

  auth::SharedSecrets secrets(repository, clock, ids);
  const auth::SharedCursors cursors([&] { return shared_secret(options, secrets); });
  if (const auto ready = prepare(cursors, *store, log); !ready) return ready.error();

  auth::Users users({.callers = options.workers * 3 / 4});
  const auto admitted = admit_users(users, options, store->embedded, secrets, log);
  if (!admitted) return admitted.error();
  if (*audit) (*audit)->users_read(admitted);
  auth::BasicAuthenticator passwords(users);
  auth::SharedObjects key_objects(repository, clock, ids, std::string(auth::kApiKeysKind));
  auth::ApiKeys keys(key_objects, clock, ids);
  auth::SharedObjects token_objects(repository, clock, ids, std::string(auth::kTokensKind));
  auth::TokenKeys token_keys(token_objects, clock, ids);
  auth::VerifiedTokens verified(clock);
  auth::TokenFamilies families(token_objects, clock, ids);
  auth::Tokens tokens(families, token_keys, users, verified, clock, ids);
  const auto provided_tokens = open_provider(options, clock, log);
  auth::BearerAuthenticator bearers(verified, tokens, provided_tokens.get());
  auth::CredentialRouter authenticator(passwords, keys, bearers);
  const auth::Sweeper sweeper(
      {[&](auto after, const auto& call) { return families.sweep(after, call); },
       [&](auto after, const auto& call) { return keys.sweep(after, call); }},
      kSweepPeriod, [&log](const std::string& why) {
        log.warning("expired credentials were not removed: " + why);
      });
  const auto rate_limiter = limiter_of(options.rate, "principal");
  const auto address_limiter = limiter_of(options.address_rate, "address");

  DropZone zone({.repository = repository,
                 .clock = clock,
                 .ids = ids,
                 .digest = &digest,
                 .observer = &metrics},
                *std::move(kinds),
                {.max_depth = options.api.max_depth, .max_made_bytes = options.api.max_body});
  http::WorkerPool workers(options.workers, options.queue, [&log](const std::string& what) {
    log.error("a worker's task failed: " + what);
  });
  log::AccessLog access_log(log, {.every = options.access_log, .project = project_of(environment)});
  RequestReport report(audit->get(), access_log, metrics);
  MetricsPage metrics_page(metrics);
  http::Api api({.zone = zone,
                 .cursors = cursors,
                 .authenticator = authenticator,
                 .workers = workers,
                 .steps = steps,
                 .observer = &report,
                 .metrics = &metrics_page,
                 .limiter = rate_limiter.get(),
                 .keys = &keys,
                 .tokens = &tokens,
                 .under_way = &under_way},
                api_options(options, *store));

  // From the outside in: what lets a page read the answer, who may come in by their address and how
  // often, and what pages may send, what a browser may do, below which path the server is, and the
  // API, which asks who it is.
  http::BasePathHandler paths(api, options.base_path);
  http::PreflightHandler preflights(paths, options.cors_origins, &report);
  const http::CrossSiteGuard pages(options.cors_origins, options.addresses.proxies);
  http::AddressGate gate(preflights, options.addresses, address_limiter.get(), &report, &pages);
  http::CrossOriginHandler handler(gate, options.cors_origins);
  const auto memory = std::make_shared<MemoryBudget>(options.server.max_bodies_total);
  const HeapKeeper heap_keeper(*memory);
  auto server = listen(server_options(options, report, memory), handler, "--listen");
  if (!server) return std::move(server).error();
  std::unique_ptr<http::Server> metrics_server;
  if (!options.metrics_listen.empty()) {
    auto started =
        listen(metrics_server_options(options, report), metrics_page, "--metrics-listen");
    if (!started) return std::move(started).error();
    metrics_server = *std::move(started);
  }
  Reloads reloads;
  add_server_figures(metrics, **server, workers);
  add_memory_figures(metrics, *memory);
  add_log_figures(metrics, log, audit->get());
  add_reload_figures(metrics, reloads);
  const std::string address = address_of(options, **server);
  report_start(*store, repository, zone.kinds(), clock, ids, log, address + "/swagger");
  log.flush();
  announce(address);
  tell_service_manager(environment, kServiceReady);

  while (signals.wait() == Signals::Wish::reload) {
    reload(options, **server, users, tokens, verified, audit->get(), log, reloads);
  }
  log.info("stopping");
  tell_service_manager(environment, kServiceStopping);
  api.announce_shutdown();
  signals.wait_for_stop(options.shutdown_delay);
  stop_limit.begin(options.drain_timeout + kTimeToEnd);
  const bool finished = (*server)->drain(std::chrono::steady_clock::now() + options.drain_timeout);
  if (!finished) log.warning("not all requests could finish in time");
  metrics_server.reset();
  server->reset();
  workers.stop();
  log.info("stopped");
  return {};
}

}  // namespace dropzone::server
