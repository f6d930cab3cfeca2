#pragma once

#include <dropzone/http/api.h>
#include <dropzone/metrics/metrics.h>

#include "log/access_log.h"

namespace dropzone::server {

/// Tells the access log and the metrics of every request. Thread-safe.
class RequestReport final : public http::RequestObserver {
 public:
  /// Both must outlive this object.
  RequestReport(AccessLog& access_log, metrics::Metrics& metrics)
      : access_log_(access_log), metrics_(metrics) {}

  void answered(const http::RequestSummary& summary) override {
    // A client can send any word for a method, and must not make a series of each.
    const http::Request& request = summary.request;
    const bool known = request.method != http::Method::other;
    metrics_.request_answered(known ? std::string_view(request.method_text) : "other",
                              summary.route, summary.status, summary.latency);
    access_log_.answered(summary);
  }

 private:
  AccessLog& access_log_;
  metrics::Metrics& metrics_;
};

}  // namespace dropzone::server
