#include <dropzone/kinds/reject_watch.h>

#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/memory/memory_record_repository.h>

namespace dropzone::kinds {
namespace {

Kind kind_that_requires(const std::string& name, const std::string& field) {
  auto kind = Kind::parse(
      Object{{"name", name},
             {"pipeline", Array{Object{{"require", Object{{"fields", Array{field}}}}}}}},
      StepRegistry::with_core_steps());
  if (!kind) FAIL(kind.error().detail);
  return *std::move(kind);
}

void refuse_one(DropZone& zone, const std::string& kind) {
  StoreRequest request{.kind = kind, .records = {}};
  request.records.push_back({.original = "{}", .object = Object()});
  const auto report = zone.store(std::move(request), kNoDeadline);
  REQUIRE(report);
  REQUIRE(report->rejected == 1);
}

std::string metrics_text(metrics::Metrics& metrics) {
  std::string text;
  metrics.append_text(text);
  return text;
}

void wait_for(metrics::Metrics& metrics, const std::string& line) {
  while (metrics_text(metrics).find(line) == std::string::npos) std::this_thread::yield();
}

}  // namespace

TEST_CASE("the metrics show the rejects that wait, of every kind, soon after they came") {
  memory::MemoryRecordRepository repository;
  SystemClock clock;
  RandomIdSource ids;
  std::vector<Kind> kinds;
  for (const char* const name : {"first", "second", "third"}) {
    kinds.push_back(kind_that_requires(name, "n"));
  }
  DropZone zone({.repository = repository, .clock = clock, .ids = ids},
                *KindCatalog::of(std::move(kinds)));
  refuse_one(zone, "first");
  metrics::Metrics metrics;
  const RejectWatch watch(zone, std::chrono::milliseconds(1), metrics);
  const auto line = [](const std::string& kind, int count) {
    return R"(dropzone_rejects_waiting{code="missing_field",kind=")" + kind +
           R"(",step="require"} )" + std::to_string(count) + '\n';
  };
  wait_for(metrics, line("first", 1));
  refuse_one(zone, "third");
  refuse_one(zone, "third");
  wait_for(metrics, line("third", 2));
  CHECK_THAT(metrics_text(metrics), !Catch::Contains("kind=\"second\""));
}

}  // namespace dropzone::kinds
