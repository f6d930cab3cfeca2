#include <catch2/catch.hpp>
#include <thread>

#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

using std::chrono::milliseconds;

Deadline in(milliseconds time) { return std::chrono::steady_clock::now() + time; }

TEST_CASE("a scan ends at its deadline, and the connection is good for the next call") {
  test::TemporaryDirectory directory;
  SqliteOptions options = options_for(directory.path() / "store.db");
  options.read_connections = 1;
  const auto repository = open_store(std::move(options));
  std::vector<Write> writes;
  constexpr int kManyRecords = 200'000;
  for (int i = 0; i < kManyRecords; ++i) writes.push_back(thing(std::to_string(i), {{"n", i}}));
  store(*repository, std::move(writes));

  Query none = all_things(where("n", Operator::less, 0));
  const RecordSink sink = [](const RecordView&) {};
  const auto begin = std::chrono::steady_clock::now();
  const auto page = repository->query(none, {}, sink, in(milliseconds(5)));
  REQUIRE_FALSE(page);
  CHECK(page.error().code == ErrorCode::deadline_exceeded);
  CHECK(std::chrono::steady_clock::now() - begin < milliseconds(200));

  const auto sum = repository->aggregate(
      {.kind = "things", .filter = none.filter, .count = true, .sums = {}, .averages = {}},
      in(milliseconds(5)));
  REQUIRE_FALSE(sum);
  CHECK(sum.error().code == ErrorCode::deadline_exceeded);

  CHECK(ids_of(*repository, none).empty());
}

TEST_CASE("a read that finds all connections in use waits no longer than its deadline") {
  test::TemporaryDirectory directory;
  SqliteOptions options = options_for(directory.path() / "store.db");
  options.read_connections = 1;
  const auto repository = open_store(std::move(options));
  store(*repository, {thing("a", {})});

  bool waited = false;
  REQUIRE(repository->query(
      all_things(), {},
      [&](const RecordView&) {
        std::thread other([&] {
          const auto found = repository->query(
              all_things(), {}, [](const RecordView&) {}, in(milliseconds(20)));
          waited = !found && found.error().code == ErrorCode::deadline_exceeded;
        });
        other.join();
      },
      kNoDeadline));
  CHECK(waited);
}

}  // namespace
}  // namespace dropzone::sqlite
