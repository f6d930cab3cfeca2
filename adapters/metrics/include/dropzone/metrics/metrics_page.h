#pragma once

#include <dropzone/call/memory_account.h>
#include <dropzone/http/message/handler.h>
#include <dropzone/http/rest/api.h>
#include <dropzone/http/server/server.h>
#include <dropzone/http/server/worker_pool.h>
#include <dropzone/log/audit_log.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>

namespace dropzone::metrics {

/// Serves the metrics: as a page of the API, and alone at `/metrics` on their own address.
class MetricsPage final : public http::MetricsSource, public http::Handler {
 public:
  /// The metrics must outlive this object.
  explicit MetricsPage(Metrics& metrics) : metrics_(metrics) {}

  void append_metrics(std::string& out) override { metrics_.append_text(out); }
  void handle(http::Request&& request, http::Responder&& respond) override;

 private:
  Metrics& metrics_;
};

/// Adds the statistics of server and workers to the metrics. Both must outlive the metrics' use.
void add_server_stats(Metrics& metrics, const http::Server& server,
                      const http::WorkerPool& workers);

/// Adds the use of this budget, which must outlive the metrics' use.
void add_memory_stats(Metrics& metrics, const MemoryBudget& memory);

/// Adds how many lines of the log and of the audit log, null if there is none, were lost or had
/// to go elsewhere.
void add_log_stats(Metrics& metrics, const log::Log& log, const log::AuditLog* audit);

}  // namespace dropzone::metrics
