#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/json_text.h>

#include "support/hooked_repository.h"
#include "support/set_clock.h"

namespace dropzone {
namespace {

using namespace std::chrono_literals;

/// Two kinds whose records need the members "n" and "m".
KindCatalog kinds_that_refuse() {
  std::vector<Kind> kinds;
  for (const char* name : {"numbers", "figures"}) {
    auto kind = Kind::parse(
        Object{{"name", name},
               {"pipeline", Array{Object{{"require", Object{{"fields", Array{"n", "m"}}}}}}}},
        StepRegistry::with_core_steps());
    REQUIRE(kind);
    kinds.push_back(*std::move(kind));
  }
  auto all = KindCatalog::of(std::move(kinds));
  REQUIRE(all);
  return *std::move(all);
}

struct RefusingZone {
  explicit RefusingZone(RecordRepository& repository)
      : zone({.repository = repository, .clock = clock, .ids = ids, .digest = &digest},
             kinds_that_refuse()) {}

  static StoreRequest request(std::vector<Object> objects, std::string kind = "numbers") {
    StoreRequest request{.kind = std::move(kind), .records = {}};
    for (Object& object : objects) {
      std::string original = to_json(object);
      request.records.push_back({std::move(original), std::move(object)});
    }
    return request;
  }

  StoreReport store(std::vector<Object> objects, std::string kind = "numbers") {
    auto report = zone.store(request(std::move(objects), std::move(kind)), kNoDeadline);
    REQUIRE(report);
    return *std::move(report);
  }

  struct Shown {
    std::string id;
    Object data;
    std::string original;
    Timestamp first;
  };

  std::vector<Shown> rejects(const RejectSelection& selection = {}) {
    std::vector<Shown> all;
    const auto page = zone.rejects(
        selection, 1'000, 1 << 20, {},
        [&](const RecordView& view) {
          all.push_back({std::string(view.id), *json::JsonDocumentDecoder().decode(view.data, {}),
                         std::string(view.original), view.meta->created_at});
        },
        kNoDeadline);
    REQUIRE(page);
    return all;
  }

  test::SetClock clock;
  RandomIdSource ids;
  crypto::OpensslDigest digest;
  DropZone zone;
};

std::int64_t times_of(const RefusingZone::Shown& reject) {
  return *reject.data.find("times")->as_integer();
}

}  // namespace

TEST_CASE("a store that erases by itself keeps a reject for as long after it was received last") {
  test::HookedRepository repository;
  RefusingZone zone(repository);
  std::vector<std::chrono::seconds> kept;
  repository.before_write = [&](const std::vector<Write>& writes) {
    for (const Write& write : writes) kept.push_back(write.kept_for.value_or(0s));
  };
  DropZone keeping({.repository = repository,
                    .clock = zone.clock,
                    .ids = zone.ids,
                    .digest = &zone.digest,
                    .reject_retention = 100s},
                   kinds_that_refuse());
  const auto refuse = [&] {
    REQUIRE(keeping.store(RefusingZone::request({Object{{"x", 1}}}), kNoDeadline));
  };
  refuse();
  zone.clock.time.micros += 5'500'000;
  kept.clear();
  refuse();
  CHECK(kept.back() == 106s);  // After its creation, which was 5.5 s earlier.
}

TEST_CASE("the same bytes refused again are the same reject, counted up") {
  memory::MemoryRecordRepository repository;
  RefusingZone zone(repository);
  const std::string id = zone.store({Object{{"x", 1}}}).results[0].reject_id;
  const auto first = zone.rejects();
  zone.clock.time.micros += 5'000'000;
  const auto again = zone.store({Object{{"x", 1}}, Object{{"x", 2}}, Object{{"x", 1}}});
  CHECK(again.rejected == 3);
  CHECK(again.results[0].reject_id == id);
  CHECK(again.results[2].reject_id == id);
  CHECK(again.results[1].reject_id != id);

  const auto all = zone.rejects();
  REQUIRE(all.size() == 2);
  const auto& counted = all[0].id == id ? all[0] : all[1];
  CHECK(times_of(counted) == 3);
  CHECK(counted.original == R"({"x":1})");
  CHECK(counted.first == first[0].first);
  CHECK(*counted.data.find("receivedAt") != *first[0].data.find("receivedAt"));
  CHECK(times_of(all[0].id == id ? all[1] : all[0]) == 1);
}

TEST_CASE("the same bytes refused for another kind are another reject") {
  memory::MemoryRecordRepository repository;
  RefusingZone zone(repository);
  const auto first = zone.store({Object{{"x", 1}}});
  const auto other = zone.store({Object{{"x", 1}}}, "figures");
  CHECK(first.results[0].reject_id != other.results[0].reject_id);
  CHECK(zone.rejects({.kind = "figures"}).size() == 1);
  CHECK(zone.rejects().size() == 2);
}

TEST_CASE("a reject that was deleted begins again at one") {
  memory::MemoryRecordRepository repository;
  RefusingZone zone(repository);
  const std::string id = zone.store({Object{{"x", 1}}, Object{{"x", 1}}}).results[0].reject_id;
  REQUIRE(zone.zone.remove_rejects(std::vector{id}, kNoDeadline));
  zone.store({Object{{"x", 1}}});
  const auto all = zone.rejects();
  REQUIRE(all.size() == 1);
  CHECK(times_of(all[0]) == 1);
}

TEST_CASE("no count is lost among many that are refused the same") {
  constexpr int kThreads = 6;
  constexpr int kEach = 40;
  memory::MemoryRecordRepository repository;
  RefusingZone zone(repository);
  RefusingZone of_another_process(repository);
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      RefusingZone& mine = t % 3 == 0 ? of_another_process : zone;
      for (int i = 0; i < kEach; ++i) {
        auto request = RefusingZone::request({Object{{"x", 1}}});
        if (t % 2 == 0) {
          if (mine.zone.store(std::move(request), kNoDeadline)) ++answered;
        } else {
          mine.zone.store_async(std::move(request), kNoDeadline,
                                [&](Result<StoreReport> report) { answered += report ? 1 : 0; });
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  while (answered < kThreads * kEach) std::this_thread::yield();
  const auto all = zone.rejects();
  REQUIRE(all.size() == 1);
  CHECK(times_of(all[0]) == kThreads * kEach);
}

TEST_CASE("nobody counts on the thread that a write completes on") {
  test::HookedRepository repository;
  RefusingZone zone(repository);
  zone.store({Object{{"x", 1}}});
  const std::thread::id committing = std::this_thread::get_id();
  std::atomic<int> counts = 0;
  repository.before_find = [&] {
    CHECK(std::this_thread::get_id() != committing);
    ++counts;
  };
  std::promise<Result<StoreReport>> answer;
  zone.zone.store_async(RefusingZone::request({Object{{"x", 1}}}), kNoDeadline,
                        [&](Result<StoreReport> report) { answer.set_value(std::move(report)); });
  CHECK(answer.get_future().get());
  CHECK(counts == 1);
}

TEST_CASE("a refusal is answered even if it cannot be counted") {
  test::HookedRepository repository;
  RefusingZone zone(repository);
  const std::string id = zone.store({Object{{"x", 1}}}).results[0].reject_id;
  int writes = 0;
  repository.after_write = [&]() -> std::optional<Error> {
    if (++writes == 1) return std::nullopt;
    return Error{ErrorCode::unavailable, "Not now."};
  };
  const auto report = zone.store({Object{{"x", 1}}});
  CHECK(writes == 2);
  CHECK(report.results[0].reject_id == id);
}

TEST_CASE("rejects are selected by kind, code, step and time") {
  memory::MemoryRecordRepository repository;
  RefusingZone zone(repository);
  zone.store({Object{{"x", 1}}});
  zone.clock.time.micros += 10'000'000;
  const Timestamp between = zone.clock.now();
  zone.clock.time.micros += 10'000'000;
  zone.store({Object{{"_id", 7}, {"n", 1}, {"m", 1}}});
  CHECK(zone.rejects({.code = "missing_field"}).size() == 1);
  CHECK(zone.rejects({.code = "invalid_id"}).size() == 1);
  CHECK(zone.rejects({.kind = "numbers", .step = "require"}).size() == 1);
  CHECK(zone.rejects({.code = "invalid_id", .step = "require"}).empty());
  const auto before = zone.rejects({.received_before = between});
  REQUIRE(before.size() == 1);
  CHECK(*before[0].data.find("code") == Value("missing_field"));
  const auto after = zone.rejects({.received_after = between});
  REQUIRE(after.size() == 1);
  CHECK(*after[0].data.find("code") == Value("invalid_id"));
}

TEST_CASE("a reject says what the answer says, its values no longer than the original") {
  memory::MemoryRecordRepository repository;
  RefusingZone zone(repository);
  const auto report = zone.store({Object{{"x", 1}}, Object{{"_id", Array{1, 2}}}});
  REQUIRE(report.results[0].error.refusal);
  CHECK(report.results[0].error.refusal->fault_count == 2);
  for (const auto& reject : zone.rejects()) {
    if (reject.id == report.results[0].reject_id) {
      CHECK(*reject.data.find("stepIndex") == Value(0));
      CHECK(*reject.data.find("errorCount") == Value(2));
      CHECK(reject.data.find("errors")->as_array()->size() == 2);
    } else {
      CHECK(*reject.data.find("value") == Value("[1,2]"));
      CHECK(*reject.data.find("valueClass") == Value("array"));
      CHECK_FALSE(reject.data.find("stepIndex"));
    }
  }
}

}  // namespace dropzone
