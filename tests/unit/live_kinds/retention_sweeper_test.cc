#include <dropzone/kinds/retention_sweeper.h>

#include <catch2/catch.hpp>
#include <thread>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/sqlite/sqlite_record_repository.h>

#include "support/temporary_directory.h"

namespace dropzone::kinds {
namespace {

constexpr std::int64_t kDay = std::int64_t{86'400} * kMicrosPerSecond;

class LateClock final : public Clock {
 public:
  Timestamp now() override { return {micros.load()}; }
  std::atomic<std::int64_t> micros{1'000 * kDay};
};

Kind kept_for_a_day() {
  const Object definition{{"name", "days"},
                          {"pipeline", Array{Object{{"require", Object{{"fields", Array{"n"}}}}}}},
                          {"retention", "1d"}};
  auto kind = Kind::parse(definition, StepRegistry::with_core_steps());
  if (!kind) FAIL(kind.error().detail);
  return *std::move(kind);
}

std::size_t count_of(RecordRepository& repository, const std::string& kind) {
  const auto counted = repository.aggregate(
      {.kind = kind, .filter = {}, .count = true, .sums = {}, .averages = {}}, kNoDeadline);
  REQUIRE(counted);
  return static_cast<std::size_t>(*counted->count);
}

void store_one_and_a_reject(DropZone& zone) {
  StoreRequest request{.kind = "days", .records = {}};
  request.records.push_back({.original = R"({"n":1})", .object = Object{{"n", 1}}});
  request.records.push_back({.original = "{}", .object = Object()});
  const auto report = zone.store(std::move(request), kNoDeadline);
  REQUIRE(report);
  REQUIRE(report->stored == 1);
  REQUIRE(report->rejected == 1);
}

void check_sweeper(RecordRepository& repository) {
  LateClock clock;
  RandomIdSource ids;
  std::vector<Kind> kinds;
  kinds.push_back(kept_for_a_day());
  DropZone zone({.repository = repository,
                 .clock = clock,
                 .ids = ids,
                 .reject_retention = std::chrono::hours(24)},
                *KindCatalog::of(std::move(kinds)));
  store_one_and_a_reject(zone);
  clock.micros += kDay - 1;
  store_one_and_a_reject(zone);
  clock.micros += 1;
  const RetentionSweeper sweeper(zone, std::chrono::milliseconds(1), [](const std::string&) {});
  while (sweeper.erased() < 2) std::this_thread::yield();
  CHECK(count_of(repository, "days") == 1);
  CHECK(count_of(repository, std::string(kRejectsKind)) == 1);
}

/// Refuses two records, and one of them again half a day later.
void check_refused_again(RecordRepository& repository, KindCatalog kinds) {
  LateClock clock;
  RandomIdSource ids;
  crypto::OpensslDigest digest;
  DropZone zone({.repository = repository,
                 .clock = clock,
                 .ids = ids,
                 .digest = &digest,
                 .reject_retention = std::chrono::hours(24)},
                std::move(kinds));
  const auto refuse = [&](std::string original, Object object) {
    StoreRequest request{.kind = "days", .records = {}};
    request.records.push_back({.original = std::move(original), .object = std::move(object)});
    REQUIRE(zone.store(std::move(request), kNoDeadline)->rejected == 1);
  };
  refuse("{}", {});
  refuse(R"({"x":1})", {{"x", 1}});
  clock.micros += kDay / 2;
  refuse("{}", {});
  clock.micros += kDay / 2;
  const RetentionSweeper sweeper(zone, std::chrono::milliseconds(1), [](const std::string&) {});
  while (sweeper.erased() < 1) std::this_thread::yield();
  std::vector<std::string> left;
  REQUIRE(zone.rejects(
      {}, 10, 1'000, {}, [&](const RecordView& view) { left.emplace_back(view.original); },
      kNoDeadline));
  CHECK(left == std::vector<std::string>{"{}"});
  clock.micros += kDay / 2;
  while (sweeper.erased() < 2) std::this_thread::yield();
  CHECK(count_of(repository, std::string(kRejectsKind)) == 0);
}

KindCatalog catalog_of_days() {
  std::vector<Kind> kinds;
  kinds.push_back(kept_for_a_day());
  return *KindCatalog::of(std::move(kinds));
}

TEST_CASE("the retention of a reject counts from when it was received last, in memory") {
  memory::MemoryRecordRepository repository;
  check_refused_again(repository, catalog_of_days());
}

TEST_CASE("the retention of a reject counts from when it was received last, in SQLite") {
  test::TemporaryDirectory directory;
  KindCatalog kinds = catalog_of_days();
  auto opened = sqlite::SqliteRecordRepository::open(
      {.path = directory.path() / "store.db", .kinds = kinds.system_kinds()});
  REQUIRE(opened);
  check_refused_again(**opened, std::move(kinds));
}

TEST_CASE("records and rejects go at the end of their retention in the background, in memory") {
  memory::MemoryRecordRepository repository;
  check_sweeper(repository);
}

TEST_CASE("records and rejects go at the end of their retention in the background, in SQLite") {
  test::TemporaryDirectory directory;
  auto opened = sqlite::SqliteRecordRepository::open(
      {.path = directory.path() / "store.db",
       .kinds = {std::make_shared<const Kind>(kept_for_a_day())}});
  REQUIRE(opened);
  check_sweeper(**opened);
}

}  // namespace
}  // namespace dropzone::kinds
