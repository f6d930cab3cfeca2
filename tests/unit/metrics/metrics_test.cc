#include <catch2/catch.hpp>

#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/metrics/metered_record_repository.h>
#include <dropzone/metrics/metrics.h>

namespace dropzone::metrics {
namespace {

using namespace std::chrono_literals;

std::string text_of(Metrics& metrics) {
  std::string text;
  metrics.append_text(text);
  return text;
}

TEST_CASE("requests are counted by method, route and status") {
  Metrics metrics;
  metrics.request_answered("GET", "/fetchAll", 200, 2ms);
  metrics.request_answered("GET", "/fetchAll", 200, 200ms);
  metrics.request_answered("GET", "", 404, 1ms);
  const std::string text = text_of(metrics);
  CHECK_THAT(text,
             Catch::Contains("dropzone_http_requests_total{method=\"GET\",route=\"/fetchAll\","
                             "status=\"200\"} 2"));
  CHECK_THAT(text, Catch::Contains("route=\"none\",status=\"404\"} 1"));
  CHECK_THAT(text, Catch::Contains("dropzone_http_request_duration_seconds_bucket{route=\"/"
                                   "fetchAll\",le=\"0.0025\"} 1"));
  CHECK_THAT(
      text, Catch::Contains("dropzone_http_request_duration_seconds_count{route=\"/fetchAll\"} 2"));
}

TEST_CASE("requests that watch the server or its jobs are not among those that it is there for") {
  Metrics metrics;
  for (const char* const route :
       {"/metrics", "/health/live", "/health/ready", "/jobs", "/jobs/{id}"}) {
    metrics.request_answered("GET", route, 200, 1ms);
  }
  CHECK(metrics.requests_to_serve() == 0);
  metrics.request_answered("GET", "/fetchAll", 200, 1ms);
  metrics.request_answered("POST", "/store", 422, 1ms);
  metrics.request_answered("GET", "", 404, 1ms);
  CHECK(metrics.requests_to_serve() == 3);
}

TEST_CASE("records are counted by kind and by what became of them") {
  Metrics metrics;
  StoreReport report{.stored = 3, .replaced = 0, .skipped = 1, .rejected = 1, .results = {}};
  StoreResult rejected;
  rejected.status = StoreStatus::rejected;
  rejected.error.code = ErrorCode::invalid_time;
  report.results.push_back(rejected);
  metrics.stored("measurements", report);
  const std::string text = text_of(metrics);
  CHECK_THAT(text,
             Catch::Contains("dropzone_records_total{kind=\"measurements\",status=\"stored\"} 3"));
  CHECK_THAT(text,
             Catch::Contains("dropzone_records_total{kind=\"measurements\",status=\"skipped\"} 1"));
  CHECK_THAT(text, !Catch::Contains("status=\"replaced\""));
  CHECK_THAT(text, Catch::Contains("dropzone_records_rejected_total{code=\"invalid_time\",kind="
                                   "\"measurements\"} 1"));
}

TEST_CASE("a metered repository answers as the one that it measures") {
  memory::MemoryRecordRepository inner;
  Metrics metrics;
  MeteredRecordRepository metered(inner, metrics);
  Write write;
  write.kind = "k";
  write.id = "a";
  write.data_json = "{}";
  const auto outcomes = metered.write({write}, Atomicity::partial, kNoDeadline);
  REQUIRE(outcomes);
  CHECK(outcomes->front().status == WriteStatus::created);
  const auto late = std::chrono::steady_clock::now() - 1s;
  const auto failed = metered.write({write}, Atomicity::partial, late);
  REQUIRE_FALSE(failed);
  CHECK_FALSE(metered.durable());
  const auto batch = metered.begin_batch({});
  batch->add({write});
  const auto of_batch = batch->finish();
  REQUIRE(of_batch);
  CHECK(of_batch->front().status == WriteStatus::refused);
  const auto late_batch = metered.begin_batch(late);
  late_batch->add({write});
  CHECK_FALSE(late_batch->finish());
  const std::string text = text_of(metrics);
  CHECK_THAT(text, Catch::Contains("dropzone_store_duration_seconds_count{operation=\"write\"} 4"));
  CHECK_THAT(text, Catch::Contains("dropzone_store_errors_total{code=\"deadline_exceeded\","
                                   "operation=\"write\"} 2"));
}

TEST_CASE("figures of others are read at each scrape") {
  Metrics metrics;
  double depth = 1;
  metrics.add_gauge("dropzone_worker_queue_depth", "Tasks that wait.", [&] { return depth; });
  CHECK_THAT(text_of(metrics), Catch::Contains("dropzone_worker_queue_depth 1\n"));
  depth = 7;
  CHECK_THAT(text_of(metrics), Catch::Contains("dropzone_worker_queue_depth 7\n"));
  CHECK_THAT(text_of(metrics), Catch::Contains("process_resident_memory_bytes"));
}

TEST_CASE("figures that come and go are shown with their labels while they are there") {
  Metrics metrics;
  std::vector<Metrics::Labelled> builds;
  metrics.add_gauges("dropzone_builds", "Builds.", [&] { return builds; });
  CHECK_THAT(text_of(metrics), !Catch::Contains("dropzone_builds{"));
  builds = {{{{"kind", "a"}, {"field", "n"}}, 3}, {{{"kind", "b"}, {"field", "n"}}, 4}};
  CHECK_THAT(text_of(metrics), Catch::Contains("dropzone_builds{field=\"n\",kind=\"a\"} 3\n"));
  CHECK_THAT(text_of(metrics), Catch::Contains("dropzone_builds{field=\"n\",kind=\"b\"} 4\n"));
}

TEST_CASE("a histogram of others is shown with buckets that include those below them") {
  Metrics metrics;
  metrics.add_histogram("dropzone_group_size", "Calls in a commit.", [] {
    return Metrics::Histogram{.bounds = {1, 2}, .counts = {3, 4}, .count = 9, .sum = 30};
  });
  const std::string text = text_of(metrics);
  CHECK_THAT(text, Catch::Contains("# TYPE dropzone_group_size histogram\n"));
  CHECK_THAT(text, Catch::Contains("dropzone_group_size_bucket{le=\"1\"} 3\n"));
  CHECK_THAT(text, Catch::Contains("dropzone_group_size_bucket{le=\"2\"} 7\n"));
  CHECK_THAT(text, Catch::Contains("dropzone_group_size_bucket{le=\"+Inf\"} 9\n"));
  CHECK_THAT(text, Catch::Contains("dropzone_group_size_sum 30\n"));
  CHECK_THAT(text, Catch::Contains("dropzone_group_size_count 9\n"));
}

}  // namespace
}  // namespace dropzone::metrics
