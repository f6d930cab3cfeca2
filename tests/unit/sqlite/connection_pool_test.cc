#include "db/connection_pool.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

using Use = ConnectionPool::Use;

CallOptions without_waiting() {
  CallOptions options;
  options.may_wait = false;
  return options;
}

class Pool {
 public:
  ConnectionPool& operator*() { return pool_; }

  ConnectionPool::Lease take(Use use) {
    auto lease = pool_.lease(use, kNoDeadline);
    if (!lease) FAIL(lease.error().detail);
    return *std::move(lease);
  }

 private:
  /// The lock is another file's: the store itself has its own.
  StoreFile placed() {
    auto file = StoreFile::lock(directory_.path() / "other.db");
    if (!file) FAIL(file.error().detail);
    return *std::move(file);
  }

  test::TemporaryDirectory directory_;
  const std::filesystem::path path_ = directory_.path() / "store.db";
  const std::unique_ptr<SqliteRecordRepository> store_ = open_store(path_);
  const StoreFile file_ = placed();
  ConnectionPool pool_{file_,
                       {.path = path_, .mode = Connection::Mode::read_only},
                       {.long_reads = 2, .kept_apart = 1}};
};

TEST_CASE("long reads leave connections to short ones, which may have all") {
  Pool pool;
  std::optional<ConnectionPool::Lease> first = pool.take(Use::long_read);
  const auto second = pool.take(Use::long_read);
  const auto refused = (*pool).lease(Use::long_read, without_waiting());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::unavailable);
  {
    const auto kept_apart = (*pool).lease(Use::short_read, without_waiting());
    CHECK(kept_apart);
    CHECK_FALSE((*pool).lease(Use::short_read, without_waiting()));
  }
  first.reset();
  const auto third = (*pool).lease(Use::short_read, without_waiting());
  const auto fourth = (*pool).lease(Use::short_read, without_waiting());
  CHECK(third);
  CHECK(fourth);
  CHECK_FALSE((*pool).lease(Use::long_read, without_waiting()));
}

TEST_CASE("who waits for a connection is served in the order of coming") {
  Pool pool;
  std::optional<ConnectionPool::Lease> held = pool.take(Use::long_read);
  const auto other = pool.take(Use::long_read);
  std::mutex mutex;
  std::vector<int> served;
  std::vector<std::thread> threads;
  for (int number = 0; number < 5; ++number) {
    threads.emplace_back([&, number] {
      const auto lease = (*pool).lease(Use::long_read, kNoDeadline);
      const std::scoped_lock lock(mutex);
      served.push_back(lease ? number : -1);
    });
    while ((*pool).waiting() < static_cast<std::size_t>(number) + 1) std::this_thread::yield();
  }
  held.reset();
  for (std::thread& thread : threads) thread.join();
  CHECK(served == std::vector{0, 1, 2, 3, 4});
}

TEST_CASE("a newcomer does not overtake who waits") {
  Pool pool;
  std::optional<ConnectionPool::Lease> held = pool.take(Use::long_read);
  std::optional<ConnectionPool::Lease> other = pool.take(Use::long_read);
  std::atomic<bool> release = false;
  std::atomic<bool> served = false;
  std::thread waiting([&] {
    const auto lease = (*pool).lease(Use::long_read, kNoDeadline);
    served = lease.has_value();
    while (!release) std::this_thread::yield();
  });
  while ((*pool).waiting() < 1) std::this_thread::yield();
  held.reset();  // It is the waiting one's now, whether that has woken or not.
  CHECK_FALSE((*pool).lease(Use::long_read, without_waiting()));
  release = true;
  waiting.join();
  CHECK(served);
}

TEST_CASE("who is asked to stop gives up waiting, and takes nobody's place") {
  Pool pool;
  std::optional<ConnectionPool::Lease> held = pool.take(Use::long_read);
  const auto other = pool.take(Use::long_read);
  std::stop_source source;
  CallOptions options;
  options.stop = source.get_token();
  std::optional<ErrorCode> outcome;
  std::thread waiting([&] {
    const auto lease = (*pool).lease(Use::long_read, options);
    outcome = lease ? ErrorCode::internal : lease.error().code;
  });
  while ((*pool).waiting() < 1) std::this_thread::yield();
  source.request_stop();
  waiting.join();
  CHECK(outcome == ErrorCode::deadline_exceeded);
  held.reset();
  CHECK((*pool).lease(Use::long_read, without_waiting()));
}

TEST_CASE("a call that may not wait does not wait for another program's lock, either") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  const auto repository = open_store(path);
  store(*repository, {thing("a", {})});
  auto other = Connection::open({.path = path});
  REQUIRE(other);
  std::optional<Result<Transaction>> writing = Transaction::begin_write(**other);
  REQUIRE(*writing);

  std::promise<Result<std::vector<WriteOutcome>>> promise;
  auto later = promise.get_future();
  Write first_of_its_kind = thing("b", {{"time", Timestamp{1}}});
  first_of_its_kind.kind = "others";
  std::vector<Write> writes;
  writes.push_back(std::move(first_of_its_kind));
  repository->write_async(std::move(writes), Atomicity::partial, kNoDeadline,
                          [&](auto outcomes) { promise.set_value(std::move(outcomes)); });
  // It has returned, and what it began waits for the lock.
  CHECK(later.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  CHECK(repository->check(without_waiting()));
  writing.reset();
  const auto outcomes = later.get();
  REQUIRE(outcomes);
  CHECK(outcomes->at(0).status == WriteStatus::created);
}

}  // namespace
}  // namespace dropzone::sqlite
