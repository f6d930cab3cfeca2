#include "db/checkpointer.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <future>
#include <optional>
#include <thread>

#include "db/schema.h"
#include "faulty_disk.h"
#include "store_testing.h"
#include "support/eventually.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::int64_t kPage = 4'096;
constexpr std::int64_t kFull = 400;
constexpr std::int64_t kGrowth = kFull / 4;

// Only commits wake the thread.
Checkpointer::Settings usual() {
  return {.bytes = kFull * kPage, .first_retry = 1h, .last_retry = 1h};
}

// A database in WAL mode with a writer and what moves its log.
class Logged {
 public:
  explicit Logged(const Checkpointer::Settings& settings = usual(), fs::path file = {})
      : path_(file.empty() ? directory_.path() / "log.db" : std::move(file)) {
    REQUIRE(
        writer().execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
                         "CREATE TABLE blobs (number INTEGER PRIMARY KEY, bytes BLOB)"));
    auto started = Checkpointer::start(writer(), path_, settings);
    REQUIRE(started);
    checkpointer_ = *std::move(started);
  }

  Connection& writer() { return *writer_; }
  [[nodiscard]] Checkpointer::Stats stats() const { return checkpointer_->stats(); }
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] std::int64_t written() const { return written_; }

  /// One commit of about so many pages.
  void commit(std::int64_t pages) {
    REQUIRE(writer().run("INSERT INTO blobs (bytes) VALUES (zeroblob(?1))", pages * kPage));
    ++written_;
  }

  template <typename Condition>
  void wait_until(Condition condition) const {
    REQUIRE(test::eventually(condition));
  }

  /// Waits until the thread has done so many rounds.
  void wait_for_rounds(std::uint64_t rounds) const {
    wait_until([&] { return stats().rounds >= rounds; });
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
  const fs::path path_;
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
    REQUIRE(test::eventually([this] { return arrived_ > 0; }));
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

TEST_CASE("a thread moves the log, the writer a small rest, and the log begins again") {
  Gate gate;
  Logged store;
  store.commit(kFull);
  gate.wait_for_arrival();
  store.commit(10);
  gate.open();
  store.wait_for_rounds(1);
  const auto moved = store.stats();
  CHECK(moved.log.moved >= kFull);
  CHECK(moved.log.written - moved.log.moved >= 10);
  CHECK(moved.rests == 0);

  store.commit(1);
  CHECK(store.stats().rests == 1);
  CHECK(store.stats().log.written > kFull);
  CHECK(store.stats().log.moved == store.stats().log.written);
  store.commit(1);
  CHECK(store.stats().log.written < kGrowth);
  CHECK(store.stats().rounds == 1);
  CHECK(store.stats().failures == 0);
  CHECK(store.count_blobs() == store.written());
}

TEST_CASE("a log of one large transaction is moved, and begins again") {
  Logged store;
  store.commit(5 * kFull);
  store.wait_for_rounds(1);
  CHECK(store.stats().log.moved == store.stats().log.written);
  store.commit(1);
  CHECK(store.stats().log.written < kGrowth);
}

TEST_CASE("a log that is not moved grows slowly from a size on, and an operator is warned once") {
  std::atomic<int> warnings = 0;
  auto settings = usual();
  settings.paced_bytes = 2 * kFull * kPage;
  settings.paced_growth = kFull * kPage;
  settings.longest_pause = 20ms;
  settings.warn = [&](const std::string&) { ++warnings; };
  Gate gate;
  Logged store(settings);
  store.commit(kFull);
  gate.wait_for_arrival();
  store.commit(kFull / 2);
  CHECK(store.stats().pauses == 0);
  store.commit(kFull);
  CHECK(store.stats().pauses == 1);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 5; ++i) store.commit(kGrowth);
  CHECK(std::chrono::steady_clock::now() - begin >= 100ms);
  CHECK(store.stats().pauses == 6);
  CHECK(warnings == 1);
  gate.open();
  store.wait_until([&] { return store.stats().log.moved == store.stats().log.written; });
  store.commit(1);
  CHECK(store.stats().log.written < kGrowth);
  CHECK(store.stats().pauses == 6);
}

TEST_CASE("a pause ends once all of the log is moved") {
  auto settings = usual();
  settings.paced_bytes = 2 * kFull * kPage;
  settings.paced_growth = 1;
  settings.longest_pause = 1h;
  Gate gate;
  Logged store(settings);
  store.commit(kFull);
  gate.wait_for_arrival();
  const auto opens = std::async(std::launch::async, [&] {
    (void)test::eventually([&] { return store.stats().pauses == 1; });
    gate.open();
  });
  store.commit(3 * kFull);
  CHECK(store.stats().pauses == 1);
  CHECK(store.stats().log.moved == store.stats().log.written);
}

TEST_CASE("a checkpoint syncs as much at a time as a commit of late has written") {
  const std::int64_t pages = GENERATE(4, 512);
  std::atomic<int> writes = 0;
  std::atomic<int> most = 0;
  const auto is_writer = [test = std::this_thread::get_id()] {
    return std::this_thread::get_id() == test;
  };
  FaultyDisk disk;
  disk.before_write = [&] {
    if (!is_writer()) ++writes;
    return SQLITE_OK;
  };
  disk.before_sync = [&] {
    if (!is_writer()) most = std::max<int>(most, writes.exchange(0));
    return SQLITE_OK;
  };
  auto settings = usual();
  settings.bytes = std::size_t{16} << 20;
  Logged store(settings);
  while (store.stats().rounds == 0) store.commit(pages);
  CHECK(most * kPage >= (pages == 4 ? 256 << 10 : 2 << 20));
  CHECK(most * kPage < (pages == 4 ? 320 << 10 : 2200 << 10));
}

TEST_CASE("it is known for how long a reader has kept the log from being moved") {
  auto settings = usual();
  settings.first_retry = 5ms;
  Logged store(settings);
  store.commit(1);
  auto reader = store.open();
  std::optional snapshot = Transaction::begin_read(*reader);
  REQUIRE(reader->integer("SELECT count(*) FROM blobs", 0).value() == 1);
  CHECK(store.stats().held == 0ms);
  store.commit(kFull);
  store.wait_until([&] { return store.stats().held > 0ms; });
  std::this_thread::sleep_for(30ms);
  CHECK(store.stats().held >= 30ms);
  snapshot.reset();
  store.wait_until([&] { return store.stats().held == 0ms; });
  CHECK(store.stats().log.moved == store.stats().log.written);
}

TEST_CASE("commits go on while the thread waits for the disk") {
  Gate gate;
  Logged store;
  const int before = gate.passed_by_test();
  store.commit(kFull);
  gate.wait_for_arrival();
  for (int i = 0; i < 30; ++i) store.commit(kFull / 20);
  CHECK(store.stats().log.written > 2 * kFull);
  CHECK(store.stats().rounds == 0);
  CHECK(gate.passed_by_test() == before);
  gate.open();
  store.wait_for_rounds(1);
}

TEST_CASE("a reader keeps the log from beginning again, and nothing spins or waits meanwhile") {
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
  CHECK(store.stats().rounds == kRounds);
  CHECK(store.stats().failures == 0);
  CHECK(store.stats().log.written > 10 * kFull);
  CHECK(reader->integer("SELECT count(*) FROM blobs", 0).value() == 1);

  snapshot.reset();
  store.commit(kGrowth + 5);
  store.wait_for_rounds(kRounds + 1);
  CHECK(store.stats().log.moved == store.stats().log.written);
  store.commit(1);
  CHECK(store.stats().log.written < kGrowth);
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
  constexpr std::uint64_t kRounds = 40;
  for (std::uint64_t round = 2; round <= kRounds; ++round) {
    store.commit(kGrowth + 5);
    store.wait_for_rounds(round);
  }
  std::this_thread::sleep_for(50ms);
  CHECK(store.stats().rounds == kRounds);
  CHECK(store.stats().failures == kRounds);
  CHECK(refused == static_cast<int>(kRounds));
  CHECK(store.stats().log.moved == 0);
  CHECK(store.count_blobs() == store.written());

  full = false;
  store.commit(kGrowth + 5);
  store.wait_for_rounds(kRounds + 1);
  store.commit(1);
  CHECK(store.stats().log.written < kGrowth);
  store.close();
  CHECK_FALSE(fs::exists(store.path().string() + "-wal"));
  CHECK(store.count_blobs() == store.written());
}

// A disk that, if a sync fails, loses what was written since the last one that did not. The
// kernel then takes it for written: a further sync says nothing about it.
class LosingDisk {
 public:
  explicit LosingDisk(fs::path file) : file_(std::move(file)) {
    disk_.before_sync = [this] {
      if (fails_.exchange(false)) {
        fs::copy_file(kept_, file_, fs::copy_options::overwrite_existing);
        return SQLITE_IOERR_FSYNC;
      }
      fs::copy_file(file_, kept_, fs::copy_options::overwrite_existing);
      ++syncs_;
      return SQLITE_OK;
    };
  }
  void fail_once() { fails_ = true; }
  [[nodiscard]] bool has_failed() const { return !fails_; }
  [[nodiscard]] int syncs() const { return syncs_; }

 private:
  const fs::path file_;
  const fs::path kept_ = file_.string() + ".kept";
  std::atomic<bool> fails_ = false;
  std::atomic<int> syncs_ = 0;
  FaultyDisk disk_;
};

TEST_CASE("what was moved and is lost by a failed sync is moved again, without a restart") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "log.db";
  LosingDisk disk(path);
  std::atomic<int> warnings = 0;
  auto settings = usual();
  settings.warn = [&](const std::string&) { ++warnings; };
  Logged store(settings, path);
  const auto begin_read = [&](Connection& reader) {
    auto snapshot = Transaction::begin_read(reader);
    REQUIRE(reader.integer("SELECT count(*) FROM blobs", 0));
    return snapshot;
  };
  store.commit(kFull - kGrowth);
  const auto first_reader = store.open();
  const auto second_reader = store.open();
  std::optional first = begin_read(*first_reader);
  // The thread moves up to the first reader's moment.
  store.commit(kGrowth + 5);
  store.wait_for_rounds(1);
  std::optional second = begin_read(*second_reader);
  first.reset();
  // As far as the second reader's.
  store.commit(kGrowth + 5);
  store.wait_for_rounds(2);
  second.reset();
  disk.fail_once();
  store.commit(kGrowth + 5);
  // The thread may have gone round more often than it was waited for.
  store.wait_until([&] { return store.stats().failures == 1 && warnings == 1; });
  CHECK(disk.has_failed());
  CHECK(store.stats().log.moved == 0);

  store.commit(kGrowth + 5);
  store.wait_until([&] { return store.stats().log.moved == store.stats().log.written; });
  store.commit(1);
  CHECK(store.stats().log.written < kGrowth);
  store.close();
  CHECK(store.count_blobs() == store.written());
  CHECK(store.open()
            ->integer("SELECT count(*) FROM pragma_integrity_check WHERE "
                      "integrity_check = 'ok'",
                      0)
            .value() == 1);
}

TEST_CASE("after a failure the thread tries again by itself") {
  std::atomic<bool> broken = true;
  FaultyDisk disk;
  disk.before_sync = [&] { return broken ? SQLITE_IOERR_FSYNC : SQLITE_OK; };
  broken = false;
  auto settings = usual();
  settings.first_retry = 5ms;
  settings.last_retry = 20ms;
  Logged store(settings);
  broken = true;
  store.commit(kFull);
  store.wait_until([&] { return store.stats().failures >= 3; });
  broken = false;
  store.wait_until([&] { return store.stats().log.moved == store.stats().log.written; });
}

TEST_CASE("a log of which much is left when the store is closed is left to its next opening") {
  std::atomic<bool> full = false;
  FaultyDisk disk;
  disk.before_write = [&] { return full ? SQLITE_FULL : SQLITE_OK; };
  Logged store;
  full = true;
  store.commit(5 * kFull);
  store.wait_for_rounds(1);
  full = false;
  store.close();
  CHECK(fs::exists(store.path().string() + "-wal"));
  CHECK(store.count_blobs() == store.written());
  CHECK_FALSE(fs::exists(store.path().string() + "-wal"));
}

TEST_CASE("a store's log begins again while several write, and all is there afterwards") {
  constexpr std::size_t kCheckpoint = 1'000'000;
  constexpr int kWriters = 4;
  constexpr int kBatch = 10;
  constexpr int kMostBatches = 20'000;
  constexpr int kBeginnings = 5;
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  std::atomic<int> batches = 0;
  {
    auto options = options_for(path, {"n"});
    options.checkpoint_bytes = kCheckpoint;
    options.paced_log_bytes = 8 * kCheckpoint;
    const auto repository = open_store(std::move(options));
    std::atomic<int> failed = 0;
    std::atomic<std::int64_t> last = 0;
    std::atomic<int> beginnings = 0;
    const auto write = [&] {
      while (beginnings < kBeginnings && batches < kMostBatches) {
        std::vector<Write> writes;
        const int batch = batches++;
        for (int i = 0; i < kBatch; ++i) {
          const int number = batch * kBatch + i;
          writes.push_back(
              thing(std::to_string(number), {{"n", number}, {"text", std::string(3'000, 'x')}}));
        }
        failed += !repository->write(std::move(writes), Atomicity::partial, kNoDeadline);
        const std::int64_t bytes = repository->wal_stats().bytes;
        if (last.exchange(bytes) > bytes + static_cast<std::int64_t>(kCheckpoint) / 2) ++beginnings;
      }
    };
    std::vector<std::thread> writers;
    for (int writer = 0; writer < kWriters; ++writer) writers.emplace_back(write);
    for (std::thread& writer : writers) writer.join();
    CHECK(failed == 0);
    CHECK(beginnings >= kBeginnings);
    CHECK(repository->wal_stats().move_failures == 0);
  }
  CHECK_FALSE(fs::exists(path.string() + "-wal"));
  const auto again = open_store(path, {"n"});
  const auto counted = again->aggregate(
      {.kind = "things", .filter = {}, .count = true, .sums = {}, .averages = {}}, kNoDeadline);
  REQUIRE(counted);
  CHECK(counted->count == batches * kBatch);
}

}  // namespace
}  // namespace dropzone::sqlite
