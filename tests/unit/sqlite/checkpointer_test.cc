#include "checkpointer.h"

#include <sqlite3.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <future>
#include <optional>
#include <thread>

#include "faulty_disk.h"
#include "schema.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::int64_t kPage = 4'096;
constexpr std::int64_t kFull = 400;
constexpr std::int64_t kGrowth = kFull / 4;

// A database in WAL mode with a writer and what moves its log.
class Logged {
 public:
  Logged() {
    REQUIRE(
        writer().execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
                         "CREATE TABLE blobs (number INTEGER PRIMARY KEY, bytes BLOB)"));
    auto started = Checkpointer::start(writer(), path(), kFull * kPage);
    REQUIRE(started);
    checkpointer_ = *std::move(started);
  }

  Connection& writer() { return *writer_; }
  [[nodiscard]] Checkpointer::Figures figures() const { return checkpointer_->figures(); }
  [[nodiscard]] fs::path path() const { return directory_.path() / "log.db"; }
  [[nodiscard]] std::int64_t written() const { return written_; }

  /// One commit of about so many pages.
  void commit(std::int64_t pages) {
    REQUIRE(writer().run("INSERT INTO blobs (bytes) VALUES (zeroblob(?1))", pages * kPage));
    ++written_;
  }

  /// Waits until the thread has done so many rounds.
  void wait_for_rounds(std::uint64_t rounds) const {
    for (int i = 0; i < 2'000 && figures().rounds < rounds; ++i) std::this_thread::sleep_for(5ms);
    REQUIRE(figures().rounds >= rounds);
  }

  std::int64_t count_blobs() { return open()->integer("SELECT count(*) FROM blobs", 0).value(); }

  [[nodiscard]] std::unique_ptr<Connection> open() const {
    auto connection = Connection::open({.path = path()});
    REQUIRE(connection);
    return *std::move(connection);
  }

  void close() {
    checkpointer_.reset();
    writer_.reset();
  }

 private:
  test::TemporaryDirectory directory_;
  std::unique_ptr<Connection> writer_ = open();
  std::int64_t written_ = 0;
  std::unique_ptr<Checkpointer> checkpointer_;
};

// Where the syncs of other threads than the test's wait until it lets them through.
class Gate {
 public:
  Gate() {
    disk_.before_sync = [this] {
      if (std::this_thread::get_id() == test_thread_) {
        ++passed_by_test_;
      } else {
        ++arrived_;
        opened_.wait_for(30s);  // A failed test ends, too.
      }
      return SQLITE_OK;
    };
  }
  void open() { promise_.set_value(); }
  void wait_for_arrival() const {
    for (int i = 0; i < 2'000 && arrived_ == 0; ++i) std::this_thread::sleep_for(5ms);
    REQUIRE(arrived_ > 0);
  }
  [[nodiscard]] int passed_by_test() const { return passed_by_test_; }

 private:
  const std::thread::id test_thread_ = std::this_thread::get_id();
  std::promise<void> promise_;
  const std::shared_future<void> opened_ = promise_.get_future().share();
  std::atomic<int> arrived_ = 0;
  std::atomic<int> passed_by_test_ = 0;
  FaultyDisk disk_;
};

TEST_CASE("a thread moves the log, the writer a small rest, and the log begins anew") {
  Gate gate;
  Logged store;
  store.commit(kFull);
  gate.wait_for_arrival();
  store.commit(10);
  gate.open();
  store.wait_for_rounds(1);
  const auto moved = store.figures();
  CHECK(moved.log.moved >= kFull);
  CHECK(moved.log.written - moved.log.moved >= 10);
  CHECK(moved.rests == 0);

  store.commit(1);
  CHECK(store.figures().rests == 1);
  CHECK(store.figures().log.written > kFull);
  CHECK(store.figures().log.moved == store.figures().log.written);
  store.commit(1);
  CHECK(store.figures().log.written < kGrowth);
  CHECK(store.figures().rounds == 1);
  CHECK(store.figures().takeovers + store.figures().failures == 0);
  CHECK(store.count_blobs() == store.written());
}

TEST_CASE("a log that grows faster than it is moved is moved by its writer") {
  Logged store;
  store.commit(5 * kFull);
  CHECK(store.figures().takeovers == 1);
  CHECK(store.figures().log.moved == store.figures().log.written);
  store.commit(1);
  CHECK(store.figures().log.written < kGrowth);
}

TEST_CASE("commits go on while the thread waits for the disk") {
  Gate gate;
  Logged store;
  const int before = gate.passed_by_test();
  store.commit(kFull);
  gate.wait_for_arrival();
  for (int i = 0; i < 30; ++i) store.commit(kFull / 20);
  CHECK(store.figures().log.written > 2 * kFull);
  CHECK(store.figures().rounds == 0);
  CHECK(gate.passed_by_test() == before);
  gate.open();
  store.wait_for_rounds(1);
}

TEST_CASE("a reader keeps the log from beginning anew, and nothing spins or waits meanwhile") {
  Logged store;
  store.commit(1);
  auto reader = store.open();
  std::optional snapshot = Transaction::begin_read(*reader);
  REQUIRE(*snapshot);
  REQUIRE(reader->integer("SELECT count(*) FROM blobs", 0).value() == 1);

  store.commit(kFull);
  store.wait_for_rounds(1);
  constexpr std::uint64_t kRounds = 40;
  for (std::uint64_t round = 2; round <= kRounds; ++round) {
    store.commit(kGrowth + 5);
    store.wait_for_rounds(round);
  }
  std::this_thread::sleep_for(50ms);
  CHECK(store.figures().rounds == kRounds);
  CHECK(store.figures().takeovers + store.figures().failures == 0);
  CHECK(store.figures().log.written > 10 * kFull);
  CHECK(reader->integer("SELECT count(*) FROM blobs", 0).value() == 1);

  snapshot.reset();
  store.commit(kGrowth + 5);
  store.wait_for_rounds(kRounds + 1);
  CHECK(store.figures().log.moved == store.figures().log.written);
  store.commit(1);
  CHECK(store.figures().log.written < kGrowth);
  CHECK(store.figures().takeovers == 0);
  CHECK(store.count_blobs() == store.written());
}

TEST_CASE("a log that cannot be moved fails no commit, and is moved once it can be") {
  std::atomic<bool> full = false;
  std::atomic<int> refused = 0;
  FaultyDisk disk;
  disk.before_write = [&] {
    refused += full;
    return full ? SQLITE_FULL : SQLITE_OK;
  };
  Logged store;
  full = true;
  store.commit(5 * kFull);
  store.commit(1);
  store.wait_for_rounds(1);
  CHECK(store.figures().takeovers == 1);
  constexpr std::uint64_t kRounds = 40;
  for (std::uint64_t round = 2; round <= kRounds; ++round) {
    store.commit(kGrowth + 5);
    store.wait_for_rounds(round);
  }
  std::this_thread::sleep_for(50ms);
  CHECK(store.figures().rounds == kRounds);
  CHECK(store.figures().takeovers == 1);
  CHECK(store.figures().failures == kRounds + 1);
  CHECK(refused == kRounds + 1);
  CHECK(store.figures().log.moved == 0);
  CHECK(store.count_blobs() == store.written());

  full = false;
  store.commit(kGrowth + 5);
  store.wait_for_rounds(kRounds + 1);
  store.commit(1);
  CHECK(store.figures().log.written < kGrowth);
  CHECK(store.figures().takeovers == 1);
  store.close();
  CHECK_FALSE(fs::exists(store.path().string() + "-wal"));
  CHECK(store.count_blobs() == store.written());
}

TEST_CASE("after the disk failed to keep what was moved, the log is kept and moved once more") {
  std::atomic<bool> broken = false;
  FaultyDisk disk;
  disk.before_sync = [&] { return broken.exchange(false) ? SQLITE_IOERR_FSYNC : SQLITE_OK; };
  Logged store;
  const fs::path before = store.path().string() + ".before";
  store.commit(kGrowth / 2);
  fs::copy_file(store.path(), before);
  {
    // What comes after this moment cannot be moved yet.
    const auto reader = store.open();
    const auto moment = Transaction::begin_read(*reader);
    REQUIRE(reader->integer("SELECT count(*) FROM blobs", 0).value() == 1);
    broken = true;
    store.commit(kFull);
    store.wait_for_rounds(1);
  }
  CHECK_FALSE(broken);
  CHECK(store.figures().failures == 1);
  CHECK(store.figures().log.moved >= kGrowth / 2);

  for (int i = 0; i < 6; ++i) store.commit(kFull);
  CHECK(store.figures().log.written > 6 * kFull);
  CHECK(store.figures().rounds + store.figures().rests + store.figures().takeovers == 1);
  store.close();
  fs::copy_file(before, store.path(), fs::copy_options::overwrite_existing);
  CHECK(store.count_blobs() == store.written());
  CHECK_FALSE(fs::exists(store.path().string() + "-wal"));
  CHECK(store.count_blobs() == store.written());
}

TEST_CASE("a store's log stays bounded while several write, and all is there afterwards") {
  constexpr std::size_t kCheckpoint = 1'000'000;
  constexpr int kWriters = 4;
  constexpr int kBatches = 100;
  constexpr int kBatch = 10;
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  std::uintmax_t largest = 0;
  {
    auto options = options_for(path, {"n"});
    options.checkpoint_bytes = kCheckpoint;
    const auto repository = open_store(std::move(options));
    std::atomic<int> failed = 0;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&, writer] {
        for (int batch = 0; batch < kBatches; ++batch) {
          std::vector<Write> writes;
          for (int i = 0; i < kBatch; ++i) {
            const int number = (writer * kBatches + batch) * kBatch + i;
            writes.push_back(
                thing(std::to_string(number), {{"n", number}, {"text", std::string(3'000, 'x')}}));
          }
          failed += !repository->write(std::move(writes), Atomicity::partial, kNoDeadline);
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    CHECK(failed == 0);
    largest = fs::file_size(path.string() + "-wal");
  }
  CHECK(fs::file_size(path) > 10 * kCheckpoint);
  CHECK(largest < 6 * kCheckpoint);
  CHECK_FALSE(fs::exists(path.string() + "-wal"));
  const auto again = open_store(path, {"n"});
  Query everything = all_things();
  everything.limit = 2 * kWriters * kBatches * kBatch;
  CHECK(ids_of(*again, everything).size() == std::size_t{kWriters * kBatches * kBatch});
}

}  // namespace
}  // namespace dropzone::sqlite
