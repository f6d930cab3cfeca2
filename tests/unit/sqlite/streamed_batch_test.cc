#include <catch2/catch.hpp>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/drop_zone.h>

#include "store_testing.h"
#include "support/eventually.h"
#include "support/kind_catalog.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

std::vector<Write> some_things(const std::string& prefix, int count) {
  std::vector<Write> writes;
  for (int i = 0; i < count; ++i) writes.push_back(thing(prefix + std::to_string(i), {{"n", i}}));
  return writes;
}

struct Fixture {
  test::TemporaryDirectory directory;
  std::unique_ptr<SqliteRecordRepository> repository =
      open_store(directory.path() / "store.db", {"n"});

  std::size_t count() { return ids_of(*repository, all_things()).size(); }
};

TEST_CASE("nothing of a batch is seen before it is finished") {
  Fixture fixture;
  const auto batch = fixture.repository->begin_batch({});
  batch->add(some_things("a", 300));
  batch->add(some_things("b", 300));
  CHECK(fixture.count() == 0);
  const auto outcomes = batch->finish();
  REQUIRE(outcomes);
  CHECK(outcomes->size() == 600);
  CHECK(fixture.count() == 600);
}

TEST_CASE("writers do not wait until the maker of a batch has finished it") {
  Fixture fixture;
  const auto batch = fixture.repository->begin_batch({});
  batch->add(some_things("a", 100));
  store(*fixture.repository, {thing("other", {{"n", 1}})});  // Returns, though the batch is open.
  CHECK(fixture.count() == 1);

  batch->add(some_things("b", 100));
  batch->add({thing("other", {{"n", 2}})});
  const auto outcomes = batch->finish();
  REQUIRE(outcomes);
  REQUIRE(outcomes->size() == 201);
  CHECK(outcomes->front().status == WriteStatus::created);
  CHECK(outcomes->back().status == WriteStatus::refused);
  CHECK(fixture.count() == 201);
}

TEST_CASE("a batch may outlast another that began before it, and both may be dropped") {
  Fixture fixture;
  auto first = fixture.repository->begin_batch({});
  auto second = fixture.repository->begin_batch({});
  first->add(some_things("a", 10));
  second->add(some_things("b", 10));
  first.reset();
  REQUIRE(second->finish());
  CHECK(fixture.count() == 10);
  second = fixture.repository->begin_batch({});
  second->add(some_things("c", 10));
  second.reset();
  fixture.repository.reset();
  fixture.repository = open_store(fixture.directory.path() / "store.db", {"n"});
  CHECK(fixture.count() == 10);
}

TEST_CASE("a batch that waits behind a long one ends with its time") {
  Fixture fixture;
  const auto long_one = fixture.repository->begin_batch({});
  long_one->add(some_things("a", 10));
  const auto late = fixture.repository->begin_batch(std::chrono::steady_clock::now() +
                                                    std::chrono::milliseconds(1));
  late->add(some_things("b", 10));
  const auto outcomes = late->finish();
  REQUIRE_FALSE(outcomes);
  CHECK(outcomes.error().code == ErrorCode::deadline_exceeded);
  REQUIRE(long_one->finish());
  CHECK(fixture.count() == 10);
}

TEST_CASE("a batch that is given up ends with its time, and the store is sound") {
  Fixture fixture;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  const auto batch = fixture.repository->begin_batch(until);
  batch->add(some_things("a", 10));
  store(*fixture.repository, {thing("other", {{"n", 1}})});  // The batch gives way to it.
  std::this_thread::sleep_until(until);
  const auto outcomes = batch->finish();
  REQUIRE_FALSE(outcomes);
  CHECK(outcomes.error().code == ErrorCode::deadline_exceeded);
  CallOptions brief;
  brief.may_wait = false;
  CHECK(fixture.repository->check(brief));
  CHECK(fixture.count() == 1);
}

TEST_CASE("a batch whose client has left is not written") {
  Fixture fixture;
  std::stop_source client;
  CallOptions options;
  options.stop = client.get_token();
  const auto batch = fixture.repository->begin_batch(options);
  batch->add(some_things("a", 300));
  client.request_stop();
  CHECK_FALSE(batch->finish());
  store(*fixture.repository, {thing("other", {{"n", 1}})});
  CHECK(fixture.count() == 1);
}

TEST_CASE("an index that is declared while a batch is open has all of its records") {
  Fixture fixture;
  const auto batch = fixture.repository->begin_batch({});
  batch->add(some_things("a", 100));
  REQUIRE(fixture.repository->declare(things({"n", "m"}), kNoDeadline));
  std::vector<Write> later;
  for (int i = 0; i < 100; ++i) later.push_back(thing("b" + std::to_string(i), {{"m", i}}));
  batch->add(std::move(later));
  REQUIRE(batch->finish());
  CHECK(test::eventually([&] { return fixture.repository->builds().empty(); }));
  CHECK(ids_of(*fixture.repository, all_things(where("m", Operator::less, 100))).size() == 100);
  CHECK(ids_of(*fixture.repository, all_things(where("n", Operator::less, 100))).size() == 100);
}

TEST_CASE("batches of several threads and single writes all arrive") {
  Fixture fixture;
  constexpr int kThreads = 4;
  constexpr int kParts = 20;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&fixture, name = std::string(1, static_cast<char>('a' + thread))] {
      const auto batch = fixture.repository->begin_batch({});
      for (int part = 0; part < kParts; ++part) {
        batch->add(some_things(name + std::to_string(part) + "-", 10));
        if (part % 7 == 0) store(*fixture.repository, {thing(name + std::to_string(part), {})});
      }
      CHECK(batch->finish());
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(fixture.count() == kThreads * (kParts * 10 + 3));
}

/// A drop zone over the store, to which a decoder passes records with a number, every third with a
/// wrong one.
struct ZoneFixture : Fixture {
  SystemClock clock;
  RandomIdSource ids;
  crypto::OpensslDigest digest;
  DropZone zone{{.repository = *repository, .clock = clock, .ids = ids, .digest = &digest},
                catalog()};

  static KindCatalog catalog() {
    const Object definition{
        {"name", "things"},
        {"version", 1},
        {"pipeline", Array{Object{{"require", Object{{"fields", Array{"n"}}}}}}}};
    return test::catalog_of(definition);
  }

  Result<StoreReport> store_many(int count, const Result<void>& end,
                                 IfExists if_exists = IfExists::fail) {
    StoreRequest request{.kind = "things", .records = {}, .if_exists = if_exists};
    request.source = [count, end](const IncomingSink& sink) -> Result<void> {
      for (int i = 0; i < count; ++i) {
        // Long enough for several parts.
        IncomingRecord record{.original = std::to_string(i) + std::string(2'000, ' '),
                              .object = Object{{"_id", "r" + std::to_string(i)}}};
        if (i % 3 != 0) record.object->append("n", i);
        DROPZONE_CHECK(sink(std::move(record)));
      }
      return end;
    };
    return zone.store(std::move(request), CallOptions());
  }
};

TEST_CASE("a large batch with rejects is reported in its order") {
  ZoneFixture fixture;
  const auto report = fixture.store_many(900, {});
  REQUIRE(report);
  CHECK(report->stored == 600);
  CHECK(report->rejected == 300);
  for (std::size_t i = 0; i < report->results.size(); ++i) {
    const StoreResult& result = report->results[i];
    CHECK(result.id == "r" + std::to_string(i));
    CHECK(result.status == (i % 3 == 0 ? StoreStatus::rejected : StoreStatus::stored));
    CHECK(result.reject_id.empty() == (i % 3 != 0));
  }
  CHECK(fixture.count() == 600);

  const auto again = fixture.store_many(900, {});
  REQUIRE(again);
  CHECK(again->rejected == 900);
  CHECK(again->results[1].error.code == ErrorCode::already_exists);
  int counted_up = 0;
  const auto page = fixture.zone.rejects(
      {}, 1'000, 1 << 20, std::nullopt,
      [&](const RecordView& view) {
        counted_up += view.data.find("\"times\":2") != view.data.npos ? 1 : 0;
      },
      CallOptions());
  REQUIRE(page);
  CHECK(counted_up == 300);

  const auto skipped = fixture.store_many(900, {}, IfExists::skip);
  REQUIRE(skipped);
  CHECK(skipped->skipped == 600);
  const auto replaced = fixture.store_many(900, {}, IfExists::replace);
  REQUIRE(replaced);
  CHECK(replaced->replaced == 600);
}

TEST_CASE("a decoder that fails after many records leaves none of them") {
  ZoneFixture fixture;
  const Error broken{ErrorCode::invalid_json, "The body ends early."};
  const auto report = fixture.store_many(2'000, broken);
  REQUIRE_FALSE(report);
  CHECK(report.error().code == ErrorCode::invalid_json);
  CHECK(fixture.count() == 0);
  CHECK(fixture.store_many(3, {}));
  CHECK(fixture.count() == 2);
}

}  // namespace
}  // namespace dropzone::sqlite
