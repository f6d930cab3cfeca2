#include <catch2/catch.hpp>
#include <stop_token>
#include <thread>

#include "db/connection.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

using std::chrono::milliseconds;

Deadline in(milliseconds time) { return std::chrono::steady_clock::now() + time; }

TEST_CASE("a scan ends at its deadline, and the connection works for the next call") {
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
  const auto page = repository->query(none, {}, sink, in(milliseconds(5)));
  REQUIRE_FALSE(page);
  CHECK(page.error().code == ErrorCode::deadline_exceeded);

  const auto sum = repository->aggregate(
      {.kind = "things", .filter = none.filter, .count = true, .sums = {}, .averages = {}},
      in(milliseconds(5)));
  REQUIRE_FALSE(sum);
  CHECK(sum.error().code == ErrorCode::deadline_exceeded);

  CHECK(ids_of(*repository, none).empty());
}

TEST_CASE("a transaction ends with its call, though its statements would not begin any more") {
  test::TemporaryDirectory directory;
  auto opened = Connection::open(
      {directory.path() / "store.db", Connection::Mode::read_write, std::size_t{1} << 20});
  REQUIRE(opened);
  Connection& connection = **opened;
  const CallOptions over(in(milliseconds(-1)));
  // SQLite looks whether the call is over each so many steps, of which a ROLLBACK has a few.
  constexpr int kManyTransactions = 20'000;
  int left_open = 0;
  for (int i = 0; i < kManyTransactions && left_open == 0; ++i) {
    {
      const auto transaction = Transaction::begin_read(connection);
      REQUIRE(transaction);
      connection.end_with(&over);
    }
    left_open += connection.in_transaction() ? 1 : 0;
    connection.end_with(nullptr);
  }
  CHECK(left_open == 0);
}

TEST_CASE("a scan whose call is stopped on its way ends there, with what it has shown") {
  test::TemporaryDirectory directory;
  const auto repository = open_store(options_for(directory.path() / "store.db", {"n"}));
  std::vector<Write> writes;
  for (int i = 0; i < 5'000; ++i) writes.push_back(thing(std::to_string(i), {{"n", i}, {"m", i}}));
  store(*repository, std::move(writes));

  std::stop_source stop;
  CallOptions options;
  options.stop = stop.get_token();
  std::size_t shown = 0;
  const RecordSink sink = [&](const RecordView&) {
    ++shown;
    stop.request_stop();
  };
  Query all = all_things({});
  all.limit = 5'000;
  const auto page = repository->query(all, {}, sink, options);
  REQUIRE_FALSE(page);
  CHECK(page.error().code == ErrorCode::deadline_exceeded);
  CHECK(shown < 1'000);

  const AggregateQuery sum{.kind = "things",
                           .filter = where("m", Operator::greater, 5),
                           .count = true,
                           .sums = {*FieldPath::parse("m")},
                           .averages = {}};
  CHECK(repository->aggregate(sum, options).error().code == ErrorCode::deadline_exceeded);
  const std::vector<std::string> ids{"1"};
  CHECK(repository->find("things", ids, {}, sink, options).error().code ==
        ErrorCode::deadline_exceeded);
  CHECK(repository->aggregate(sum, {})->count == 4'994);
}

TEST_CASE("a read that waits for a connection goes when its call is stopped") {
  test::TemporaryDirectory directory;
  SqliteOptions options = options_for(directory.path() / "store.db");
  options.read_connections = 1;
  const auto repository = open_store(std::move(options));
  store(*repository, {thing("a", {})});

  ErrorCode code{};
  REQUIRE(repository->query(
      all_things(), {},
      [&](const RecordView&) {
        // It is asked to stop at the end of its scope, where it waits for the connection in use.
        std::jthread other([&](const std::stop_token& stop) {
          CallOptions call;
          call.stop = stop;
          const auto page = repository->query(
              all_things(), {}, [](const RecordView&) {}, call);
          if (!page) code = page.error().code;
        });
      },
      kNoDeadline));
  CHECK(code == ErrorCode::deadline_exceeded);
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
