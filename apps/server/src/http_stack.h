#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <dropzone/auth/auth_stack.h>
#include <dropzone/call/memory_account.h>
#include <dropzone/config/environment.h>
#include <dropzone/http/gate/base_path.h>
#include <dropzone/http/gate/client_address_filter.h>
#include <dropzone/http/gate/cross_origin_handler.h>
#include <dropzone/http/gate/cross_site_guard.h>
#include <dropzone/http/gate/rate_limiter.h>
#include <dropzone/http/rest/api.h>
#include <dropzone/http/server/requests_under_way.h>
#include <dropzone/http/server/server.h>
#include <dropzone/http/server/worker_pool.h>
#include <dropzone/kind/step.h>
#include <dropzone/log/access_log.h>
#include <dropzone/log/audit_log.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/metrics/metrics_page.h>
#include <dropzone/metrics/request_report.h>
#include <dropzone/process/heap.h>
#include <dropzone/query/cursor_codec.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/kind_deployments.h>

#include "options/options.h"

namespace dropzone::server {

/// The API over a drop zone with everything between it and the network, wired as the options
/// say. Nothing is served before start().
class HttpStack {
 public:
  /// All must outlive the stack.
  struct Parts {
    const Options& options;
    const config::Environment& environment;
    bool local_store = true;
    DropZone& zone;
    const StepRegistry& steps;
    KindDeployments& deployments;
    Jobs& jobs;
    RejectCounts& reject_counts;
    const CursorCodec& cursors;
    auth::AuthStack& auth;
    log::Log& log;
    log::AuditLog* audit = nullptr;  ///< Null: none.
    metrics::Metrics& metrics;
    http::RequestsUnderWay& under_way;
  };
  explicit HttpStack(const Parts& parts);
  HttpStack(const HttpStack&) = delete;
  HttpStack& operator=(const HttpStack&) = delete;

  /// Listens where the options say, and adds its counters to the metrics. Errors
  /// name the option.
  Result<void> start();

  /// After start(): "http://127.0.0.1:8080". Port 0 has become a real one.
  [[nodiscard]] std::string address() const;

  /// After start().
  [[nodiscard]] http::Server& server() noexcept { return *server_; }

  /// Makes /health/ready report from now on that the server is about to stop.
  void announce_shutdown() { api_.announce_shutdown(); }

  /// Stops accepting requests, and waits until this time for those that have begun. Returns whether
  /// all have finished.
  bool stop(std::chrono::steady_clock::time_point end);

 private:
  const Options& options_;
  metrics::Metrics& metrics_;
  log::AccessLog access_log_;
  metrics::RequestReport report_;
  metrics::MetricsPage metrics_page_;
  http::WorkerPool workers_;
  const std::unique_ptr<http::RateLimiter> rate_limiter_;
  const std::unique_ptr<http::RateLimiter> address_limiter_;
  http::Api api_;
  // From the inside out: below which path the server is, what a browser may do, what pages may
  // send, who may come in by their address and how often, and what lets a page read the answer.
  http::BasePathHandler paths_;
  http::PreflightHandler preflights_;
  const http::CrossSiteGuard pages_;
  http::ClientAddressFilter gate_;
  http::CrossOriginHandler handler_;
  const std::shared_ptr<MemoryBudget> memory_;
  const process::HeapKeeper heap_keeper_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<http::Server> metrics_server_;
};

}  // namespace dropzone::server
