#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <dropzone/job/job_runner.h>
#include <dropzone/job/jobs.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/kind/kind.h>
#include <dropzone/steps/all_steps.h>
#include <dropzone/store/drop_zone.h>

// What the benches of jobs have in common.

namespace dropzone::bench {

template <typename T>
T expect(Result<T> result) {
  if (result) return *std::move(result);
  std::cerr << result.error().detail << '\n';
  std::exit(1);
}

inline double resident_mib() {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// The pipeline of measurements after these steps, and an index, as a version of a kind.
inline std::shared_ptr<const Kind> series(std::string_view name, std::int64_t version,
                                          Array steps = {}) {
  const Value pipeline = expect(json::decode_value(R"([
      {"require": {"fields": ["time_stamp", "data"]}},
      {"parse_time": {"field": "time_stamp", "to": "timeUTC"}},
      {"statistics": {"field": "data", "mean": "mean", "stdev": "stdev"}},
      {"keep": {"fields": ["timeUTC", "mean", "stdev"]}}])",
                                                   20));
  steps.insert(steps.end(), pipeline.as_array()->begin(), pipeline.as_array()->end());
  return std::make_shared<const Kind>(expect(Kind::parse(Object{{"name", name},
                                                                {"version", version},
                                                                {"pipeline", std::move(steps)},
                                                                {"indexes", Array{"timeUTC"}}},
                                                         all_steps())));
}

/// A measurement that no other number gives.
inline std::string measurement(int number) {
  return R"({"time_stamp": "2019-05-01T06:00:00-04:00", "data": [)" + std::to_string(number) +
         ", 3.25, 8, 1.5, 4, 7.75]}";
}

inline Result<IncomingRecord> read_original(std::string_view original) {
  DROPZONE_TRY(auto records, json::decode_records(original, {}));
  return std::move(records.front());
}

/// Sends the measurements of these numbers, so many at a time.
inline void send(DropZone& zone, std::string_view kind, int first, int end, std::size_t batch) {
  for (int i = first; i < end;) {
    StoreRequest request{.kind = std::string(kind), .records = {}};
    for (; i < end && request.records.size() < batch; ++i) {
      request.records.push_back(expect(read_original(measurement(i))));
    }
    expect(zone.store(std::move(request), kNoDeadline));
  }
}

inline double rate(std::size_t records, std::chrono::steady_clock::duration time) {
  return static_cast<double>(records) / std::chrono::duration<double>(time).count();
}

/// Runs the one job of a repository to its end. Returns how many records a second it did, but for
/// the pause before the first.
inline double run_job(Jobs& jobs, Clock& clock, const Job& asked, std::shared_ptr<JobWork> work) {
  using std::chrono::steady_clock;
  JobRunner runner({.jobs = jobs,
                    .clock = clock,
                    .works = {{asked.type, std::move(work)}},
                    .shared_store = false,
                    .tell = nullptr});
  std::optional<steady_clock::time_point> began;
  while (runner.figures().ended.empty()) {
    const auto before = steady_clock::now();
    const auto due = runner.run(kNoDeadline);
    if (!began && runner.figures().records[asked.type] > 0) began = before;
    std::this_thread::sleep_until(due);
  }
  const auto time = steady_clock::now() - *began;
  return rate(static_cast<std::size_t>(expect(jobs.find(asked.id, kNoDeadline)).progress.done),
              time);
}

inline void print(std::string_view name, double per_second, double mib) {
  std::cout << name << '\t' << per_second << '\t' << mib << std::endl;
}

}  // namespace dropzone::bench
