// What an operation costs: remote calls, as docs/datastore.md lists them.
#include <catch2/catch.hpp>

#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <dropzone/datastore/datastore_record_repository.h>
#include <dropzone/value/json_text.h>

namespace dropzone::datastore {
namespace {

using Calls = std::map<std::string, int>;

class Counter final : public RpcObserver {
 public:
  void attempted(const RpcAttempt& attempt) override {
    const std::lock_guard lock(mutex_);
    // Transactions are begun ahead, by a thread of its own.
    ++(attempt.method == "beginTransaction" ? begun_ : calls_[std::string(attempt.method)]);
    if (attempt.method == "commit") ++commits_;
  }
  /// How many transactions were begun for a commit.
  double begun_for_each() {
    const std::lock_guard lock(mutex_);
    return static_cast<double>(begun_) / commits_;
  }
  Calls take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(calls_, {});
  }

 private:
  std::mutex mutex_;
  Calls calls_;
  int begun_ = 0;
  int commits_ = 0;
};

class Store {
 public:
  explicit Store(std::size_t answer_bytes = 32u << 20) {
    auto options = DatastoreOptions::parse("cost/n" + std::to_string(std::random_device()()));
    REQUIRE(options);
    REQUIRE(options->emulator);
    options->observer = counter_;
    options->answer_bytes = answer_bytes;
    auto opened = open_datastore(*std::move(options));
    REQUIRE(opened);
    repository_ = *std::move(opened);
    counter_->take();
  }

  Calls write(int first, int count, IfExists if_exists, Atomicity atomicity = Atomicity::partial) {
    std::vector<Write> writes;
    for (int i = first; i < first + count; ++i) {
      Write write;
      write.kind = "costs";
      write.id = "r" + std::to_string(i);
      write.data = Object{{"n", Value(std::int64_t{i})}};
      write.data_json = write.original = to_json(write.data);
      write.meta.version = "v" + std::to_string(++versions_);
      write.meta.pipeline = "costs@1";
      write.if_exists = if_exists;
      writes.push_back(std::move(write));
    }
    REQUIRE(repository_->write(std::move(writes), atomicity, kNoDeadline));
    return counter_->take();
  }

  Calls find(int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) ids.push_back("r" + std::to_string(i));
    int found = 0;
    REQUIRE(repository_->find(
        "costs", ids, {}, [&](const RecordView&) { ++found; }, kNoDeadline));
    CHECK(found == count);
    return counter_->take();
  }

  Calls query(Filter filter, std::vector<SortKey> order, Projection projection,
              std::size_t expected) {
    Query query;
    query.kind = "costs";
    query.filter = std::move(filter);
    query.order = std::move(order);
    query.limit = 100;
    std::size_t found = 0;
    REQUIRE(repository_->query(
        query, projection, [&](const RecordView&) { ++found; }, kNoDeadline));
    CHECK(found == expected);
    return counter_->take();
  }

  void write_large(int count, std::size_t bytes) {
    std::vector<Write> writes;
    for (int i = 0; i < count; ++i) {
      Write write;
      write.kind = "costs";
      write.id = "large" + std::to_string(1'000 + i);
      write.data = Object{{"text", std::string(bytes, 'x')}};
      write.data_json = write.original = to_json(write.data);
      write.meta.version = "v" + std::to_string(++versions_);
      writes.push_back(std::move(write));
    }
    REQUIRE(repository_->write(std::move(writes), Atomicity::partial, kNoDeadline));
    counter_->take();
  }

  /// Reads on after the last page; of so many bytes at most, and one record more.
  Calls page(std::size_t max_bytes, std::size_t expected) {
    Query query;
    query.kind = "costs";
    query.after = after_;
    query.limit = 100;
    query.max_bytes = max_bytes;
    std::size_t found = 0;
    const auto next = repository_->query(
        query, {}, [&](const RecordView&) { ++found; }, kNoDeadline);
    REQUIRE(next);
    CHECK(found == expected);
    after_ = *next;
    return counter_->take();
  }

  Calls count(Filter filter) {
    AggregateQuery query;
    query.kind = "costs";
    query.filter = std::move(filter);
    query.count = true;
    REQUIRE(repository_->aggregate(query, kNoDeadline));
    return counter_->take();
  }

  Calls erase(int count) {
    std::vector<Erase> erases;
    for (int i = 0; i < count; ++i) erases.push_back({.id = "r" + std::to_string(i)});
    REQUIRE(repository_->erase("costs", erases, kNoDeadline));
    return counter_->take();
  }

  double transactions_begun_for_each_commit() { return counter_->begun_for_each(); }

  Calls check() {
    REQUIRE(repository_->check(kNoDeadline));
    return counter_->take();
  }

 private:
  std::shared_ptr<Counter> counter_ = std::make_shared<Counter>();
  std::unique_ptr<RecordRepository> repository_;
  std::optional<Position> after_;
  int versions_ = 0;
};

Filter n_is(Operator op, std::int64_t value) {
  return {Condition{FieldPath::parse("n").value(), op, Value(value)}};
}

TEST_CASE("an operation costs the remote calls that the manual lists") {
  Store store;
  const SortKey by_n{FieldPath::parse("n").value(), false};

  // Records that are new are stored without being read.
  CHECK(store.write(0, 1, IfExists::fail) == Calls{{"commit", 1}});
  CHECK(store.write(1, 499, IfExists::fail) == Calls{{"commit", 1}});
  CHECK(store.write(500, 1'201, IfExists::fail) == Calls{{"commit", 3}});
  CHECK(store.write(2'000, 20, IfExists::fail, Atomicity::atomic) == Calls{{"commit", 1}});
  // One is there already: the commit is refused, all are looked for, the rest is stored.
  CHECK(store.write(1'700, 10, IfExists::fail) == Calls{{"commit", 2}, {"lookup", 1}});
  CHECK(store.write(0, 1'000, IfExists::replace) == Calls{{"lookup", 2}, {"commit", 2}});
  // What skips is stored as what is new: nothing is read before the commit. Where one is there
  // already, the commit is refused, all are looked for, the rest is stored.
  CHECK(store.write(3'000, 600, IfExists::skip) == Calls{{"commit", 2}});
  CHECK(store.write(0, 10, IfExists::skip) == Calls{{"commit", 1}, {"lookup", 1}});
  CHECK(store.write(3'590, 20, IfExists::skip) == Calls{{"commit", 2}, {"lookup", 1}});

  CHECK(store.find(1) == Calls{{"lookup", 1}});
  CHECK(store.find(1'000) == Calls{{"lookup", 1}});
  CHECK(store.find(1'001) == Calls{{"lookup", 2}});

  CHECK(store.query(Filter(), {}, {}, 100) == Calls{{"runQuery", 1}});
  CHECK(store.query(Filter(), {}, {.data = false}, 100) == Calls{{"runQuery", 1}});
  CHECK(store.query(n_is(Operator::equal, 7), {}, {}, 1) == Calls{{"runQuery", 1}});
  CHECK(store.query(n_is(Operator::greater, 1'000), {}, {}, 100) == Calls{{"runQuery", 2}});
  CHECK(store.query(n_is(Operator::greater, 1'000), {by_n}, {}, 100) == Calls{{"runQuery", 4}});
  CHECK(store.count(Filter()) == Calls{{"runAggregationQuery", 1}});
  CHECK(store.count(n_is(Operator::greater, 1'000)) ==
        Calls{{"runQuery", 1}, {"runAggregationQuery", 1}});

  CHECK(store.erase(1'000) == Calls{{"lookup", 2}, {"commit", 2}});
  CHECK(store.check() == Calls{{"lookup", 1}});
  CHECK(store.transactions_begun_for_each_commit() < 2.5);
}

TEST_CASE("a page of large records costs no more calls than its bytes take") {
  constexpr std::size_t kAnswer = std::size_t{256} << 10;
  constexpr std::size_t kRecord = std::size_t{16} << 10;  // And as much for the original.
  Store store(kAnswer);
  store.write_large(80, kRecord);
  // 16 records and one more. Of a kind of which nothing is known yet too many are asked for at
  // first.
  CHECK(store.page(kAnswer, 16)["runQuery"] <= 6);
  // Five at a time.
  CHECK(store.page(kAnswer, 16) == Calls{{"runQuery", 4}});
  CHECK(store.page(kAnswer, 16) == Calls{{"runQuery", 4}});
}

}  // namespace
}  // namespace dropzone::datastore
