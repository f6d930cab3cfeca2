#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include <dropzone/http/message/request_observer.h>
#include <dropzone/log/flood_gate.h>
#include <dropzone/log/log.h>
#include <dropzone/mutex.h>

namespace dropzone::log {

/// Logs a line for each request that was answered: an error for 5xx, a warning for 4xx, else
/// information, which may be sampled; health checks that went well are for debugging alone. A 5xx
/// says its code, detail and cause; of those of one route and code, at most kFailuresInASecond are
/// written in a second, and how many were left out is in the next line. In
/// JSON with the members that Google Cloud Logging knows. Headers other than User-Agent and those
/// of the trace are never logged, nor are values of parameters that no route knows. For pages of
/// origins that may not call, each origin is reported once, up to kOriginsTold, with the option
/// that would allow it. Thread-safe.
class AccessLog final : public http::RequestObserver {
 public:
  static constexpr std::size_t kFailuresInASecond = 50;
  static constexpr std::size_t kOriginsTold = 100;

  struct Settings {
    std::size_t every = 1;     ///< Every how many-th request that went well is logged; 0: none.
    std::string project = {};  ///< The Google Cloud project that traces belong to; empty: none.
  };

  /// The log must outlive this object.
  AccessLog(Log& log, Settings settings) : log_(log), settings_(std::move(settings)) {}

  void answered(const http::RequestSummary& summary) override;
  void failed(const http::Failure& failure) override;
  void page_refused(std::string_view origin) override;

 private:
  [[nodiscard]] bool wants(LogLevel level);
  void write_answer(const http::RequestSummary& summary, LogLevel level, std::size_t left_out);

  Log& log_;
  const Settings settings_;
  std::atomic<std::size_t> good_answers_ = 0;
  FloodGate failures_{kFailuresInASecond};
  Mutex origins_mutex_;
  std::set<std::string, std::less<>> origins_told_ DROPZONE_GUARDED_BY(origins_mutex_);
};

}  // namespace dropzone::log
