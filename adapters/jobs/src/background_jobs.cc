#include <dropzone/jobs/background_jobs.h>

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/job/deletion.h>
#include <dropzone/job/replay_work.h>
#include <dropzone/job/retransform.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/json/document_decoder.h>

namespace dropzone::jobs {
namespace {

using metrics::Metrics;

constexpr std::chrono::milliseconds kPatienceAtEnd{1'000};
constexpr std::chrono::seconds kRestAfterFault{5};
// Of 19: threads that serve requests go first where processors are short.
constexpr int kNiceness = 10;

Result<Value> decode_json(std::string_view text) { return json::decode_value(text, kMaxNesting); }

/// Reads an original as it was read when it came in.
Result<IncomingRecord> decode_original(std::string_view original,
                                       const json::DecodeLimits& limits) {
  DROPZONE_TRY(auto records, json::decode_records(original, limits));
  return std::move(records.front());
}

std::map<std::string, std::shared_ptr<JobWork>> all_works(const BackgroundJobs::Parts& parts) {
  const json::DecodeLimits limits{
      .max_depth = parts.limits.max_depth, .max_records = 1, .max_values = parts.max_values};
  static const json::JsonDocumentDecoder kDocuments;
  std::map<std::string, std::shared_ptr<JobWork>> works;
  works.emplace(
      Retransform::kType,
      std::make_shared<Retransform>(Retransform::Ports{
          .zone = parts.zone,
          .clock = parts.clock,
          .ids = parts.ids,
          .decode_record =
              [limits](std::string_view original) { return decode_original(original, limits); },
          .decode = decode_json,
          .limits = parts.limits,
          .shared_store = parts.shared_store}));
  works.emplace(DeletionWork::kType, std::make_shared<DeletionWork>(parts.zone));
  works.emplace(ReplayWork::kType,
                std::make_shared<ReplayWork>(RejectReplay::Ports{
                    .zone = parts.zone,
                    .documents = kDocuments,
                    .originals = [limits](std::string_view original, const CallOptions&) {
                      return decode_original(original, limits);
                    }}));
  return works;
}

/// Empty if the store is shared: it works on other machines, so jobs leave the processors free.
std::function<std::uint64_t()> requests_beside(const BackgroundJobs::Parts& parts) {
  if (parts.shared_store) return nullptr;
  return [&metrics = parts.metrics] { return metrics.requests_to_serve(); };
}

std::vector<Metrics::Labelled> by_type_and_state(
    const std::map<JobFigures::Name, std::int64_t>& figures) {
  std::vector<Metrics::Labelled> labelled;
  labelled.reserve(figures.size());
  for (const auto& [name, number] : figures) {
    labelled.push_back(
        {{{"type", name.first}, {"state", name.second}}, static_cast<double>(number)});
  }
  return labelled;
}

std::vector<Metrics::Labelled> by_type(const std::map<std::string, std::int64_t>& figures) {
  std::vector<Metrics::Labelled> labelled;
  labelled.reserve(figures.size());
  for (const auto& [type, number] : figures) {
    labelled.push_back({{{"type", type}}, static_cast<double>(number)});
  }
  return labelled;
}

}  // namespace

BackgroundJobs::BackgroundJobs(const Parts& parts)
    : jobs_({.repository = parts.zone.repository(),
             .clock = parts.clock,
             .ids = parts.ids,
             .decode = decode_json,
             .made = [this] { wake(); }}),
      runner_({.jobs = jobs_,
               .clock = parts.clock,
               .works = all_works(parts),
               .shared_store = parts.shared_store,
               .tell = [&log = parts.log](const std::string& text) { log.info(text); },
               .requests = requests_beside(parts)}),
      log_(parts.log) {
  add_metrics(parts.metrics);
}

BackgroundJobs::~BackgroundJobs() { stop(); }

void BackgroundJobs::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void BackgroundJobs::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void BackgroundJobs::run(const std::stop_token& stop) {
  ::setpriority(PRIO_PROCESS, 0, kNiceness);  // On Linux, of this thread alone.
  CallOptions options;
  options.stop = stop;
  while (!stop.stop_requested()) {
    try {
      wait_until(runner_.run(options), stop);
    } catch (const std::exception& error) {
      log_.error("jobs rest for a while after a fault: " + std::string(error.what()));
      wait_until(std::chrono::steady_clock::now() + kRestAfterFault, stop);
    }
  }
  runner_.release(CallOptions(std::chrono::steady_clock::now() + kPatienceAtEnd));
}

void BackgroundJobs::wait_until(JobRunner::Time due, const std::stop_token& stop) {
  MutexLock lock(mutex_);
  woken_.wait_until(lock, stop, due, [this]() DROPZONE_REQUIRES(mutex_) { return is_woken_; });
  is_woken_ = false;
}

void BackgroundJobs::wake() {
  runner_.look_soon();
  {
    const MutexLock lock(mutex_);
    is_woken_ = true;
  }
  woken_.notify_all();
}

void BackgroundJobs::add_metrics(Metrics& metrics) {
  metrics.add_gauges("dropzone_jobs", "Jobs of the store that have not ended, by type and state.",
                     [this] { return by_type_and_state(runner_.figures().open); });
  metrics.add_counters("dropzone_jobs_ended_total",
                       "Jobs that have ended on this instance, by type and state.",
                       [this] { return by_type_and_state(runner_.figures().ended); });
  metrics.add_counters("dropzone_job_records_total",
                       "Records that jobs have looked at on this instance, by type.",
                       [this] { return by_type(runner_.figures().records); });
  metrics.add_counter(
      "dropzone_job_rest_seconds_total",
      "For how long jobs of this instance have rested because clients sent requests.",
      [this] { return std::chrono::duration<double>(runner_.figures().rested).count(); });
  metrics.add_gauge(
      "dropzone_job_silence_seconds",
      "For how long a job that has not ended has not changed; the longest.",
      [this] { return std::chrono::duration<double>(runner_.figures().longest_silence).count(); });
}

}  // namespace dropzone::jobs
