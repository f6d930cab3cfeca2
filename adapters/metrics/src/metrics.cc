#include <dropzone/metrics/metrics.h>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <sstream>
#include <tuple>
#include <utility>
#include <vector>

#include <dropzone/mutex.h>

#include "process_figures.h"

namespace dropzone::metrics {
namespace {

using prometheus::Counter;
using prometheus::Family;

// From the fastest inline read to the slowest time-out, in seconds.
const prometheus::Histogram::BucketBoundaries kLatencyBuckets{
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
    0.1,    0.25,    0.5,    1,     2.5,    5,     10,   30,    60};

double in_seconds(Metrics::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

bool only_watches(std::string_view route) {
  return route == "/metrics" || route.starts_with("/health/") || route == "/jobs" ||
         route.starts_with("/jobs/");
}

/// The series of a family by what tells them apart, so that the family is asked once for each.
template <typename Series, typename Key>
class SeriesCache {
 public:
  /// The key may be a view of one.
  template <typename View, typename Make>
  Series& find(const View& key, Make make) {
    const MutexLock lock(mutex_);
    const auto found = series_.find(key);
    if (found != series_.end()) return *found->second;
    return *series_.emplace(key, &make()).first->second;
  }

 private:
  Mutex mutex_;
  std::map<Key, Series*, std::less<>> series_ DROPZONE_GUARDED_BY(mutex_);
};

/// Figures that are read when they are asked for.
struct Reading {
  std::string name;
  std::string help;
  prometheus::MetricType type;
  std::function<std::vector<prometheus::ClientMetric>()> read;
};

prometheus::MetricFamily family_of(const Reading& reading) {
  return {reading.name, reading.help, reading.type, reading.read()};
}

prometheus::ClientMetric gauge_metric(double value) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  return metric;
}

prometheus::ClientMetric counter_metric(double value) {
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  return metric;
}

prometheus::ClientMetric histogram_metric(const Metrics::Histogram& histogram) {
  prometheus::ClientMetric metric;
  metric.histogram.sample_count = histogram.count;
  metric.histogram.sample_sum = histogram.sum;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < histogram.bounds.size(); ++i) {
    cumulative += histogram.counts[i];
    metric.histogram.bucket.push_back({cumulative, histogram.bounds[i]});
  }
  metric.histogram.bucket.push_back({histogram.count, std::numeric_limits<double>::infinity()});
  return metric;
}

/// Makes metrics of figures that have labels, each by `make`.
std::vector<prometheus::ClientMetric> labelled_metrics(
    const std::vector<Metrics::Labelled>& figures, prometheus::ClientMetric (*make)(double)) {
  std::vector<prometheus::ClientMetric> metrics;
  for (const auto& [labels, value] : figures) {
    metrics.push_back(make(value));
    for (const auto& [name, label] : labels) metrics.back().label.push_back({name, label});
  }
  return metrics;
}

std::string text(std::string_view view) { return std::string(view); }

}  // namespace

class Metrics::Impl {
 public:
  Impl() {
    add_counter("process_cpu_seconds_total", "CPU time that the process has used, in seconds.",
                process_cpu_seconds);
    add_gauge("process_resident_memory_bytes", "Resident memory of the process.",
              process_resident_bytes);
    add_gauge("process_open_fds", "Descriptors that the process has open.",
              process_open_descriptors);
    add_gauge("process_start_time_seconds", "When the process started, in seconds since 1970.",
              process_start_time);
  }

  void request_answered(std::string_view method, std::string_view route, int status,
                        Duration latency) {
    const std::string_view shown = route.empty() ? "none" : route;
    if (!only_watches(route)) requests_to_serve_.fetch_add(1, std::memory_order_relaxed);
    requests_by_series_
        .find(std::tuple(text(method), text(shown), status),
              [&]() -> Counter& {
                return requests_.Add({{"method", text(method)},
                                      {"route", text(shown)},
                                      {"status", std::to_string(status)}});
              })
        .Increment();
    request_latency_by_route_
        .find(shown,
              [&]() -> prometheus::Histogram& {
                return request_latency_.Add({{"route", text(shown)}}, kLatencyBuckets);
              })
        .Observe(in_seconds(latency));
  }

  [[nodiscard]] std::uint64_t requests_to_serve() const {
    return requests_to_serve_.load(std::memory_order_relaxed);
  }

  void stored(std::string_view kind, const StoreReport& report) {
    count_records(kind, "stored", report.stored);
    count_records(kind, "replaced", report.replaced);
    count_records(kind, "skipped", report.skipped);
    if (report.rejected == 0) return;
    for (const StoreResult& result : report.results) {
      if (result.status == StoreStatus::rejected) count_reject(kind, result.error.code);
    }
  }

  void store_called(std::string_view operation, Duration latency, const Error* error) {
    store_latency_by_operation_
        .find(operation,
              [&]() -> prometheus::Histogram& {
                return store_latency_.Add({{"operation", text(operation)}}, kLatencyBuckets);
              })
        .Observe(in_seconds(latency));
    if (error) {
      store_errors_.Add({{"operation", text(operation)}, {"code", text(error_name(error->code))}})
          .Increment();
    }
  }

  void datastore_called(std::string_view method, std::string_view status, Duration latency,
                        std::size_t request_bytes) {
    datastore_latency_by_series_
        .find(std::pair(text(method), text(status)),
              [&]() -> prometheus::Histogram& {
                return datastore_latency_.Add({{"method", text(method)}, {"status", text(status)}},
                                              kLatencyBuckets);
              })
        .Observe(in_seconds(latency));
    datastore_bytes_by_method_
        .find(method,
              [&]() -> Counter& {
                return datastore_bytes_.Add({{"method", text(method)}});
              })
        .Increment(static_cast<double>(request_bytes));
  }

  void add_gauge(std::string name, std::string help, std::function<double()> read) {
    add({std::move(name), std::move(help), prometheus::MetricType::Gauge,
         [read = std::move(read)] { return std::vector{gauge_metric(read())}; }});
  }

  void add_gauges(std::string name, std::string help,
                  std::function<std::vector<Metrics::Labelled>()> read) {
    add({std::move(name), std::move(help), prometheus::MetricType::Gauge,
         [read = std::move(read)] { return labelled_metrics(read(), gauge_metric); }});
  }

  void add_counters(std::string name, std::string help,
                    std::function<std::vector<Metrics::Labelled>()> read) {
    add({std::move(name), std::move(help), prometheus::MetricType::Counter,
         [read = std::move(read)] { return labelled_metrics(read(), counter_metric); }});
  }

  void add_counter(std::string name, std::string help, std::function<double()> read) {
    add({std::move(name), std::move(help), prometheus::MetricType::Counter,
         [read = std::move(read)] { return std::vector{counter_metric(read())}; }});
  }

  void add_histogram(std::string name, std::string help, std::function<Metrics::Histogram()> read) {
    add({std::move(name), std::move(help), prometheus::MetricType::Histogram,
         [read = std::move(read)] { return std::vector{histogram_metric(read())}; }});
  }

  void append_text(std::string& out) {
    auto families = registry_.Collect();
    {
      const MutexLock lock(readings_mutex_);
      for (const Reading& reading : readings_) families.push_back(family_of(reading));
    }
    std::ostringstream stream;
    prometheus::TextSerializer().Serialize(stream, families);
    out += stream.str();
  }

 private:
  void add(Reading reading) {
    const MutexLock lock(readings_mutex_);
    readings_.push_back(std::move(reading));
  }

  void count_records(std::string_view kind, std::string_view status, std::size_t count) {
    if (count == 0) return;
    records_by_series_
        .find(std::pair(text(kind), text(status)),
              [&]() -> Counter& {
                return records_.Add({{"kind", text(kind)}, {"status", text(status)}});
              })
        .Increment(static_cast<double>(count));
  }

  void count_reject(std::string_view kind, ErrorCode code) {
    rejects_by_series_
        .find(std::pair(text(kind), code),
              [&]() -> Counter& {
                return rejects_.Add({{"kind", text(kind)}, {"code", text(error_name(code))}});
              })
        .Increment();
  }

  prometheus::Registry registry_;
  Family<Counter>& requests_ = prometheus::BuildCounter()
                                   .Name("dropzone_http_requests_total")
                                   .Help("Requests answered.")
                                   .Register(registry_);
  Family<prometheus::Histogram>& request_latency_ =
      prometheus::BuildHistogram()
          .Name("dropzone_http_request_duration_seconds")
          .Help("From a request's first byte to its answer.")
          .Register(registry_);
  Family<Counter>& records_ = prometheus::BuildCounter()
                                  .Name("dropzone_records_total")
                                  .Help("Records stored, replaced and skipped.")
                                  .Register(registry_);
  Family<Counter>& rejects_ = prometheus::BuildCounter()
                                  .Name("dropzone_records_rejected_total")
                                  .Help("Records refused, by the reason's code.")
                                  .Register(registry_);
  Family<prometheus::Histogram>& store_latency_ = prometheus::BuildHistogram()
                                                      .Name("dropzone_store_duration_seconds")
                                                      .Help("Calls of the store.")
                                                      .Register(registry_);
  Family<Counter>& store_errors_ = prometheus::BuildCounter()
                                       .Name("dropzone_store_errors_total")
                                       .Help("Calls of the store that failed as a whole.")
                                       .Register(registry_);

  Family<prometheus::Histogram>& datastore_latency_ =
      prometheus::BuildHistogram()
          .Name("dropzone_datastore_rpc_duration_seconds")
          .Help("Attempts of remote calls of Datastore.")
          .Register(registry_);
  Family<Counter>& datastore_bytes_ =
      prometheus::BuildCounter()
          .Name("dropzone_datastore_request_bytes_total")
          .Help("Bytes of the requests that were sent to Datastore.")
          .Register(registry_);

  SeriesCache<Counter, std::tuple<std::string, std::string, int>> requests_by_series_;
  std::atomic<std::uint64_t> requests_to_serve_ = 0;
  SeriesCache<prometheus::Histogram, std::string> request_latency_by_route_;
  SeriesCache<Counter, std::pair<std::string, std::string>> records_by_series_;
  SeriesCache<Counter, std::pair<std::string, ErrorCode>> rejects_by_series_;
  SeriesCache<prometheus::Histogram, std::string> store_latency_by_operation_;
  SeriesCache<prometheus::Histogram, std::pair<std::string, std::string>>
      datastore_latency_by_series_;
  SeriesCache<Counter, std::string> datastore_bytes_by_method_;

  Mutex readings_mutex_;
  std::vector<Reading> readings_ DROPZONE_GUARDED_BY(readings_mutex_);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::request_answered(std::string_view method, std::string_view route, int status,
                               Duration latency) {
  impl_->request_answered(method, route, status, latency);
}

std::uint64_t Metrics::requests_to_serve() const { return impl_->requests_to_serve(); }

void Metrics::stored(std::string_view kind, const StoreReport& report) {
  impl_->stored(kind, report);
}

void Metrics::store_called(std::string_view operation, Duration latency, const Error* error) {
  impl_->store_called(operation, latency, error);
}

void Metrics::datastore_called(std::string_view method, std::string_view status, Duration latency,
                               std::size_t request_bytes) {
  impl_->datastore_called(method, status, latency, request_bytes);
}

void Metrics::add_gauge(std::string name, std::string help, std::function<double()> read) {
  impl_->add_gauge(std::move(name), std::move(help), std::move(read));
}

void Metrics::add_gauges(std::string name, std::string help,
                         std::function<std::vector<Labelled>()> read) {
  impl_->add_gauges(std::move(name), std::move(help), std::move(read));
}

void Metrics::add_counters(std::string name, std::string help,
                           std::function<std::vector<Labelled>()> read) {
  impl_->add_counters(std::move(name), std::move(help), std::move(read));
}

void Metrics::add_counter(std::string name, std::string help, std::function<double()> read) {
  impl_->add_counter(std::move(name), std::move(help), std::move(read));
}

void Metrics::add_histogram(std::string name, std::string help, std::function<Histogram()> read) {
  impl_->add_histogram(std::move(name), std::move(help), std::move(read));
}

void Metrics::append_text(std::string& out) { impl_->append_text(out); }

}  // namespace dropzone::metrics
