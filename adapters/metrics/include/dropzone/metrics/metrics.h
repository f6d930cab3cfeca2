#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/store/drop_zone.h>

namespace dropzone::metrics {

/// The server's figures, in Prometheus' text format. Thread-safe. Label values come from closed
/// sets (routes, methods, statuses, deployed kinds), so that no client can create series.
class Metrics final : public StoreObserver {
 public:
  Metrics();
  ~Metrics() override;

  using Duration = std::chrono::steady_clock::duration;

  /// One answered request. `route` is a pattern such as "/records/{id}", empty if there is
  /// none.
  void request_answered(std::string_view method, std::string_view route, int status,
                        Duration latency);

  /// Answered requests so far, without those that only watch the server or its jobs.
  [[nodiscard]] std::uint64_t requests_to_serve() const;

  /// The outcomes of the records of one request.
  void stored(std::string_view kind, const StoreReport& report) override;

  /// One call of the store; `error` if it failed.
  void store_called(std::string_view operation, Duration latency, const Error* error);

  /// One attempt of a remote call of the store to Datastore; `status` is "OK" or
  /// Google's name of the failure.
  void datastore_called(std::string_view method, std::string_view status, Duration latency,
                        std::size_t request_bytes);

  /// A figure kept elsewhere, which each scrape reads. `read` must be
  /// thread-safe and outlive this. Names follow Prometheus: counters end in `_total`.
  void add_gauge(std::string name, std::string help, std::function<double()> read);
  void add_counter(std::string name, std::string help, std::function<double()> read);

  /// One of several figures of a name, and the labels that distinguish it.
  struct Labelled {
    std::map<std::string, std::string> labels;
    double value = 0;
  };
  void add_gauges(std::string name, std::string help, std::function<std::vector<Labelled>()> read);
  void add_counters(std::string name, std::string help,
                    std::function<std::vector<Labelled>()> read);

  /// Observations counted elsewhere: how many were at most each bound and above
  /// the one before it.
  struct Histogram {
    std::vector<double> bounds;
    std::vector<std::uint64_t> counts;
    std::uint64_t count = 0;  ///< All, those above the last bound included.
    double sum = 0;
  };
  void add_histogram(std::string name, std::string help, std::function<Histogram()> read);

  /// Appends all figures.
  void append_text(std::string& out);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropzone::metrics
