#pragma once

#include <string_view>

#include <dropzone/http/message/request_observer.h>
#include <dropzone/log/access_log.h>
#include <dropzone/log/audit_log.h>
#include <dropzone/metrics/metrics.h>

namespace dropzone::metrics {

/// Reports every request to the audit log, the access log and the metrics. Thread-safe.
class RequestReport final : public http::RequestObserver {
 public:
  /// All must outlive this object. Without an audit log it is null.
  RequestReport(log::AuditLog* audit_log, log::AccessLog& access_log, Metrics& metrics)
      : audit_log_(audit_log), access_log_(access_log), metrics_(metrics) {}

  void answered(const http::RequestSummary& summary) override {
    // A client can send any word for a method, and must not make a series of each.
    const http::Request& request = summary.request;
    const bool known = request.method != http::Method::other;
    metrics_.request_answered(known ? std::string_view(request.method_text) : "other",
                              summary.route, summary.status, summary.latency);
    access_log_.answered(summary);
    if (audit_log_ != nullptr) audit_log_->answered(summary);
  }
  void failed(const http::Failure& failure) override { access_log_.failed(failure); }
  void page_refused(std::string_view origin) override { access_log_.page_refused(origin); }

 private:
  log::AuditLog* const audit_log_;
  log::AccessLog& access_log_;
  Metrics& metrics_;
};

}  // namespace dropzone::metrics
