#include <dropzone/metrics/metrics_page.h>

#include <string>
#include <utility>

#include <dropzone/http/message/problem.h>

namespace dropzone::metrics {

void MetricsPage::handle(http::Request&& request, http::Responder&& respond) {
  const bool reads = request.method == http::Method::get || request.method == http::Method::head;
  if (!reads || request.raw_path != "/metrics") {
    respond(http::problem_response({ErrorCode::not_found, "Here is only GET /metrics."},
                                   request.request_id, request.raw_path));
    return;
  }
  std::string text;
  metrics_.append_text(text);
  respond(http::make_response(200, "text/plain; version=0.0.4; charset=utf-8", std::move(text)));
}

void add_server_stats(Metrics& metrics, const http::Server& server,
                      const http::WorkerPool& workers) {
  using Counter = std::uint64_t http::ServerCounters::*;
  const auto figure = [&server](Counter counter) {
    return [&server, counter] { return static_cast<double>(server.counters().*counter); };
  };
  struct Named {
    const char* name;
    const char* help;
    Counter counter;
  };
  using C = http::ServerCounters;
  for (const auto& [name, help, counter] : {
           Named{"dropzone_connections", "Open connections.", &C::connections_open},
           Named{"dropzone_requests_in_flight", "Requests that are not yet answered.",
                 &C::requests_in_flight},
       }) {
    metrics.add_gauge(name, help, figure(counter));
  }
  for (const auto& [name, help, counter] : {
           Named{"dropzone_connections_total", "Connections so far.", &C::connections_total},
           Named{"dropzone_connections_refused_total", "Connections beyond the limit.",
                 &C::connections_refused},
           Named{"dropzone_requests_malformed_total",
                 "Requests that were refused for their form or a limit, before any route.",
                 &C::requests_malformed},
           Named{"dropzone_received_bytes_total", "Bytes received.", &C::bytes_received},
           Named{"dropzone_sent_bytes_total", "Bytes sent.", &C::bytes_sent},
           Named{"dropzone_idle_timeouts_total", "Connections closed for silence.",
                 &C::timeouts_idle},
           Named{"dropzone_header_timeouts_total", "Heads that came too slowly.",
                 &C::timeouts_header},
           Named{"dropzone_body_timeouts_total", "Bodies that came too slowly.", &C::timeouts_body},
           Named{"dropzone_request_timeouts_total", "Requests that took too long to answer.",
                 &C::timeouts_handler},
           Named{"dropzone_write_timeouts_total", "Answers that clients took too slowly.",
                 &C::timeouts_write},
           Named{"dropzone_streams_aborted_total", "Streamed answers that failed half-way.",
                 &C::streams_aborted},
           Named{"dropzone_answers_dropped_total",
                 "Connections closed because there was no memory for an answer to wait in.",
                 &C::answers_dropped},
       }) {
    metrics.add_counter(name, help, figure(counter));
  }
  metrics.add_gauge("dropzone_worker_queue_depth", "Requests that wait for a worker.",
                    [&workers] { return static_cast<double>(workers.queued()); });
}

void add_memory_stats(Metrics& metrics, const MemoryBudget& memory) {
  metrics.add_gauge("dropzone_request_memory_bytes", "Memory held by all requests together.",
                    [&memory] { return static_cast<double>(memory.used()); });
  metrics.add_gauge("dropzone_request_memory_limit_bytes", "What they may hold: --max-bodies.",
                    [&memory] { return static_cast<double>(memory.limit()); });
  metrics.add_counter("dropzone_request_memory_refusals_total",
                      "How often a request wanted more than there was.",
                      [&memory] { return static_cast<double>(memory.refused()); });
}

void add_log_stats(Metrics& metrics, const log::Log& log, const log::AuditLog* audit) {
  metrics.add_counter("dropzone_log_lines_lost_total",
                      "Lines of the log that could not be written.",
                      [&log] { return static_cast<double>(log.lost()); });
  metrics.add_counter("dropzone_audit_faults_total",
                      "Lines of the audit log that could not be written to its file.", [audit] {
                        return audit == nullptr ? 0.0 : static_cast<double>(audit->faults());
                      });
}

}  // namespace dropzone::metrics
