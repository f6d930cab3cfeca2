#include <dropzone/kinds/reject_watch.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/memory/memory_record_repository.h>

#include "support/log_testing.h"

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

/// Kinds that refuse everything, and a watch over them.
struct Watched {
  explicit Watched(std::size_t most = 0) : most_(most) {
    std::vector<Kind> kinds;
    for (const char* const name : {"first", "second", "third"}) {
      kinds.push_back(kind_that_requires(name, "n"));
    }
    zone.set_kinds(*KindCatalog::of(std::move(kinds)));
  }
  void start() {
    watch.emplace(RejectWatch::Parts{.zone = zone,
                                     .metrics = metrics,
                                     .log = log,
                                     .most = most_,
                                     .period = std::chrono::milliseconds(1)});
  }

  memory::MemoryRecordRepository repository;
  SystemClock clock;
  RandomIdSource ids;
  DropZone zone{{.repository = repository, .clock = clock, .ids = ids}, KindCatalog()};
  test::Pipe pipe;
  log::Log log{{.level = log::LogLevel::info, .json = false, .descriptor = pipe.writer()}, clock};
  metrics::Metrics metrics;
  std::optional<RejectWatch> watch;

 private:
  std::size_t most_;
};

}  // namespace

TEST_CASE("the metrics show the rejects that wait, of every kind, soon after they came") {
  Watched watched;
  refuse_one(watched.zone, "first");
  watched.start();
  const auto line = [](const std::string& kind, int count) {
    return R"(dropzone_rejects_waiting{code="missing_field",kind=")" + kind +
           R"(",step="require"} )" + std::to_string(count) + '\n';
  };
  wait_for(watched.metrics, line("first", 1));
  refuse_one(watched.zone, "third");
  refuse_one(watched.zone, "third");
  wait_for(watched.metrics, line("third", 2));
  CHECK_THAT(metrics_text(watched.metrics), !Catch::Contains("kind=\"second\""));
}

TEST_CASE("rejects beyond the bound of a kind are erased, counted and logged") {
  Watched watched(2);
  for (int i = 0; i < 1'004; ++i) refuse_one(watched.zone, "second");
  refuse_one(watched.zone, "third");
  watched.start();
  wait_for(watched.metrics, "dropzone_rejects_erased_total{kind=\"second\"} 1002\n");
  CHECK(watched.watch->counts().of("second", kNoDeadline)->all == 2);
  CHECK(watched.watch->counts().of("third", kNoDeadline)->all == 1);
  CHECK_THAT(metrics_text(watched.metrics),
             !Catch::Contains("dropzone_rejects_erased_total{kind=\"third\"}"));
  watched.watch.reset();
  watched.log.flush();
  watched.pipe.close_writer();
  CHECK_THAT(watched.pipe.read_all(),
             Catch::Contains("500 rejects of the kind second were erased, the oldest ones"));
}

}  // namespace dropzone::kinds
