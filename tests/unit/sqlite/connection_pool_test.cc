#include "db/connection_pool.h"

#include <algorithm>
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

using namespace std::chrono_literals;

using Use = ConnectionPool::Use;

CallOptions without_waiting() {
  CallOptions options;
  options.may_wait = false;
  return options;
}

class Pool {
 public:
  explicit Pool(std::chrono::milliseconds overtaking = 2ms) : overtaking_(overtaking) {}

  ConnectionPool& operator*() { return pool_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

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
  const std::chrono::milliseconds overtaking_;
  ConnectionPool pool_{file_,
                       {.path = path_, .mode = Connection::Mode::read_only},
                       {.long_reads = 2, .kept_apart = 1, .overtaking = overtaking_}};
};

TEST_CASE("connections keep their lock between the reads of a burst, and no longer") {
  Pool pool;
  auto opened = Connection::open({.path = pool.path()});
  REQUIRE(opened);
  Connection& writer = **opened;
  REQUIRE(writer.execute("CREATE TABLE numbers (number INTEGER)"));
  writer.observe_log(nullptr);
  const auto commit = [&] { REQUIRE(writer.run("INSERT INTO numbers VALUES (1)")); };
  const auto read = [&] {
    const auto lease = pool.take(Use::short_read);
    REQUIRE(lease->integer("SELECT count(*) FROM numbers", 0));
  };
  const auto lock_is_kept = [&] {
    commit();
    const auto log = writer.checkpoint();
    REQUIRE(log);
    return log->moved < log->written;
  };
  commit();
  read();
  CHECK_FALSE(lock_is_kept());

  (*pool).begin_burst();
  commit();
  read();
  CHECK(lock_is_kept());
  const bool other_thread_reads = GENERATE(true, false);
  if (other_thread_reads) {
    std::thread(read).join();
    CHECK_FALSE(lock_is_kept());
  }
  (*pool).end_burst();
  CHECK_FALSE(lock_is_kept());
  commit();
  read();
  CHECK_FALSE(lock_is_kept());
}

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

TEST_CASE("a newcomer does not overtake who has waited for long") {
  Pool pool(0ms);
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

TEST_CASE("a newcomer may overtake who has just begun to wait, and that one has the next place") {
  Pool pool(1h);
  std::optional<ConnectionPool::Lease> held = pool.take(Use::long_read);
  std::optional<ConnectionPool::Lease> other = pool.take(Use::long_read);
  std::thread waiting([&] { CHECK((*pool).lease(Use::long_read, kNoDeadline)); });
  while ((*pool).waiting() < 1) std::this_thread::yield();
  held.reset();
  other.reset();
  auto overtakes = (*pool).lease(Use::long_read, without_waiting());
  waiting.join();
  CHECK(overtakes);
}

TEST_CASE("nobody is forgotten, whether places are given or called out") {
  Pool pool(GENERATE(0ms, 1ms, std::chrono::milliseconds(1h)));
  constexpr int kThreads = 12;
  constexpr int kReads = 400;
  std::atomic<int> using_it = 0;
  std::atomic<int> most = 0;
  std::atomic<int> served = 0;
  {
    std::vector<std::jthread> threads;
    for (int number = 0; number < kThreads; ++number) {
      threads.emplace_back([&] {
        for (int read = 0; read < kReads; ++read) {
          const auto lease = (*pool).lease(Use::long_read, kNoDeadline);
          if (!lease) return;
          most = std::max(most.load(), ++using_it);
          if (read % 8 == 0) std::this_thread::yield();
          --using_it;
          ++served;
        }
      });
    }
  }
  CHECK(served == kThreads * kReads);
  CHECK(most <= 2);
}

TEST_CASE("two places that become free at the same time go to two who wait") {
  Pool pool(1h);
  int served = 0;
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds && served == 2 * round; ++round) {
    std::optional<ConnectionPool::Lease> held = pool.take(Use::long_read);
    std::optional<ConnectionPool::Lease> other = pool.take(Use::long_read);
    std::atomic<int> have_one = 0;
    const auto wait = [&] {
      const auto lease = (*pool).lease(Use::long_read, std::chrono::steady_clock::now() + 60s);
      ++have_one;
      have_one.notify_all();
      if (have_one < 2) have_one.wait(1);  // Keeps it, so that the other needs a place of its own.
      return lease.has_value() ? 1 : 0;
    };
    auto one = std::async(std::launch::async, wait);
    auto two = std::async(std::launch::async, wait);
    while ((*pool).waiting() < 2) std::this_thread::yield();
    held.reset();
    other.reset();
    served += one.get() + two.get();
  }
  CHECK(served == 2 * kRounds);
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
