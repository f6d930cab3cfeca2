#pragma once

#include <condition_variable>
#include <cstddef>
#include <thread>

#include <dropzone/job/job_runner.h>
#include <dropzone/job/jobs.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/mutex.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/id_source.h>
#include <dropzone/value/limits.h>

namespace dropzone::jobs {

/// Runs the jobs of a server in a thread of its own, which gives way to requests. It is here that
/// types of jobs are registered.
class BackgroundJobs {
 public:
  struct Parts {
    DropZone& zone;
    Clock& clock;
    IdSource& ids;
    log::Log& log;
    metrics::Metrics& metrics;  ///< Gets the figures of jobs; is used no longer than this lives.
    bool shared_store = false;  ///< Other instances run jobs of the store, too.
    RecordLimits limits = {};   ///< Of what pipelines make of a record.
    std::size_t max_values = std::size_t{1} << 20;  ///< In a record.
  };

  /// All must outlive it. Nothing is read or written before start().
  explicit BackgroundJobs(const Parts& parts);
  ~BackgroundJobs();
  BackgroundJobs(const BackgroundJobs&) = delete;
  BackgroundJobs& operator=(const BackgroundJobs&) = delete;

  [[nodiscard]] Jobs& jobs() noexcept { return jobs_; }

  /// Begins to look for jobs. Does not wait for the store.
  void start();

  /// Ends with the chunk under way, and lets other instances, or the next process, go on. Waits for
  /// that. Begins no later than the destructor.
  void stop();

 private:
  void run(const std::stop_token& stop);
  void wait_until(JobRunner::Time due, const std::stop_token& stop);
  void wake();
  void add_metrics(metrics::Metrics& metrics);

  Jobs jobs_;
  JobRunner runner_;
  log::Log& log_;
  Mutex mutex_;
  std::condition_variable_any woken_;
  bool is_woken_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::jthread thread_;  // Last: it uses the others.
};

}  // namespace dropzone::jobs
