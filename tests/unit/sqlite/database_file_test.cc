#include "files/database_file.h"

#include <sqlite3.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>

#include "db/connection.h"
#include "faulty_disk.h"
#include "files/log_index.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

// A database in WAL mode, with one who writes and one who moves the log.
class Shared {
 public:
  Shared() {
    REQUIRE(
        writer->execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL;"
                        "CREATE TABLE blobs (number INTEGER PRIMARY KEY, bytes BLOB)"));
    writer->observe_log(nullptr);  // Without SQLite's own checkpoints.
    REQUIRE(mover->integer("SELECT count(*) FROM blobs", 0));
  }

  [[nodiscard]] std::unique_ptr<Connection> open() const {
    auto connection = Connection::open({.path = path});
    REQUIRE(connection);
    return *std::move(connection);
  }
  void commit(int pages) const {
    REQUIRE(writer->run("INSERT INTO blobs (bytes) VALUES (zeroblob(?1))",
                        std::int64_t{pages} * 4'096));
  }
  [[nodiscard]] std::string integrity() const {
    const auto fresh = open();
    auto cursor = fresh->prepare("PRAGMA integrity_check");
    REQUIRE(cursor);
    REQUIRE(cursor->step() == Step::row);
    return std::string(cursor->bytes(0));
  }

  test::TemporaryDirectory directory;
  fs::path path = directory.path() / "t.db";
  std::unique_ptr<Connection> writer = open();
  std::unique_ptr<Connection> mover = open();
};

// Keeps what comes later in the log, as long as it lives.
class Reader {
 public:
  explicit Reader(const Shared& shared) : connection_(shared.open()) {
    REQUIRE(snapshot_);
    REQUIRE(connection_->integer("SELECT count(*) FROM blobs", 0));
  }

 private:
  std::unique_ptr<Connection> connection_;
  Result<Transaction> snapshot_ = Transaction::begin_read(*connection_);
};

TEST_CASE("a lock to read that is kept holds up the log, but each read takes its own snapshot") {
  Shared shared;
  const auto all_is_moved = [&] {
    const auto log = shared.mover->checkpoint();
    REQUIRE(log);
    return log->moved == log->written;
  };
  const auto reader = shared.open();
  const auto rows = [&] { return *reader->integer("SELECT count(*) FROM blobs", 0); };
  shared.commit(20);
  reader->keep_read_lock(true);
  CHECK(rows() == 1);
  shared.commit(20);
  CHECK_FALSE(all_is_moved());
  CHECK(rows() == 2);
  CHECK(all_is_moved());
  shared.commit(20);
  CHECK(rows() == 3);
  shared.commit(20);
  CHECK_FALSE(all_is_moved());
  reader->keep_read_lock(false);
  CHECK(all_is_moved());
  CHECK(rows() == 4);
  shared.commit(20);
  CHECK(all_is_moved());
  CHECK(shared.integrity() == "ok");
}

TEST_CASE("a connection that keeps a lock to read can write") {
  Shared shared;
  shared.writer->keep_read_lock(true);
  for (int i = 0; i < 3; ++i) {
    shared.commit(20);
    REQUIRE(shared.writer->checkpoint());
  }
  shared.writer->keep_read_lock(false);
  CHECK(shared.integrity() == "ok");
}

int raw_checkpoint(const Connection& connection) {
  return sqlite3_wal_checkpoint_v2(connection.handle(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                   nullptr);
}

TEST_CASE("a checkpoint that leaves something to a reader is on the disk when it returns") {
  std::atomic<int> written = 0;
  std::atomic<int> unsynced = 0;
  FaultyDisk disk;
  disk.before_write = [&] {
    ++written;
    ++unsynced;
    return SQLITE_OK;
  };
  disk.before_sync = [&] {
    unsynced = 0;
    return SQLITE_OK;
  };
  Shared shared;
  shared.commit(20);
  const Reader reader(shared);
  shared.commit(20);
  written = 0;
  const auto moved = shared.mover->checkpoint();
  REQUIRE(moved);
  CHECK(moved->moved >= 20);
  CHECK(moved->moved < moved->written);
  CHECK(written >= 20);
  CHECK(unsynced == 0);
}

TEST_CASE(
    "after a sync that failed nothing of the log counts as moved, and the next try moves all") {
  std::atomic<bool> broken = false;
  FaultyDisk disk;
  disk.before_sync = [&] { return broken ? SQLITE_IOERR_FSYNC : SQLITE_OK; };
  Shared shared;
  shared.commit(20);
  std::optional<Reader> reader(std::in_place, shared);
  shared.commit(20);
  REQUIRE(shared.mover->checkpoint());
  REQUIRE(shared.mover->log_pages().moved >= 20);
  const bool leaves_something = GENERATE(true, false);
  std::optional<Reader> later;
  if (leaves_something) later.emplace(shared);
  reader.reset();
  shared.commit(20);

  broken = true;
  const auto failed =
      GENERATE(true, false) ? shared.mover->checkpoint() : shared.writer->checkpoint();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::unavailable);
  CHECK(shared.mover->log_pages().moved == 0);
  CHECK(shared.writer->log_pages().written > 60);
  broken = false;
  later.reset();
  const auto moved = shared.mover->checkpoint();
  REQUIRE(moved);
  CHECK(moved->moved == moved->written);
  shared.commit(1);
  CHECK(shared.mover->log_pages().written < 10);
  CHECK(shared.integrity() == "ok");
}

TEST_CASE("no checkpoint begins if nothing is left to move") {
  const Shared shared;
  shared.commit(20);
  CHECK(raw_checkpoint(*shared.mover) == SQLITE_OK);
  CHECK(raw_checkpoint(*shared.mover) == SQLITE_BUSY);
  CHECK(raw_checkpoint(*shared.writer) == SQLITE_BUSY);
  const auto moved = shared.mover->checkpoint();
  REQUIRE(moved);
  CHECK(moved->moved == moved->written);
  shared.commit(1);
  CHECK(raw_checkpoint(*shared.mover) == SQLITE_OK);
}

TEST_CASE("the log does not begin again while anybody has the checkpoint lock") {
  const Shared shared;
  shared.commit(20);
  REQUIRE(shared.mover->checkpoint());
  const LogPages before = shared.writer->log_pages();
  {
    // Not by our file system: it would refuse, since nothing is left to move.
    sqlite3* plain = nullptr;
    REQUIRE(sqlite3_open_v2(shared.path.c_str(), &plain, SQLITE_OPEN_READWRITE, nullptr) ==
            SQLITE_OK);
    REQUIRE(sqlite3_exec(plain, "SELECT count(*) FROM blobs", nullptr, nullptr, nullptr) ==
            SQLITE_OK);
    sqlite3_file* file = nullptr;
    sqlite3_file_control(plain, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    constexpr int kLock = SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE;
    REQUIRE(file->pMethods->xShmLock(file, kCheckpointLock, 1, kLock) == SQLITE_OK);
    shared.commit(1);
    CHECK(shared.writer->log_pages().written > before.written);
    CHECK(shared.writer->log_pages().moved == before.moved);
    // Who has the lock moves the log: that is not a failure.
    const auto meanwhile = shared.mover->checkpoint();
    REQUIRE(meanwhile);
    CHECK(meanwhile->moved == before.moved);
    constexpr int kUnlock = SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE;
    file->pMethods->xShmLock(file, kCheckpointLock, 1, kUnlock);
    sqlite3_close(plain);
  }
  REQUIRE(shared.mover->checkpoint());
  shared.commit(1);
  CHECK(shared.writer->log_pages().written < before.written);
  // Nobody has kept the lock.
  shared.commit(1);
  CHECK(shared.mover->checkpoint());
  CHECK(shared.integrity() == "ok");
}

TEST_CASE("what a rolled-back transaction has left does not reach what others have written since") {
  const Shared shared;
  REQUIRE(shared.writer->execute("PRAGMA cache_size = 10"));
  // All is in the file: to undo the transaction, SQLite reads nothing of the log.
  REQUIRE(shared.mover->checkpoint());
  REQUIRE(shared.writer->execute("BEGIN IMMEDIATE"));
  shared.commit(45);  // More than the cache: a part is in the log, and a part waits for it.
  REQUIRE(shared.writer->execute("ROLLBACK"));

  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open_v2(shared.path.c_str(), &other, SQLITE_OPEN_READWRITE, nullptr) ==
          SQLITE_OK);
  const char* const fill =
      "PRAGMA wal_autocheckpoint = 0; WITH RECURSIVE c (n) AS (VALUES (1) UNION ALL SELECT n + 1 "
      "FROM c WHERE n < 300) INSERT INTO blobs SELECT n, randomblob(3000) FROM c";
  REQUIRE(sqlite3_exec(other, fill, nullptr, nullptr, nullptr) == SQLITE_OK);
  const bool closes = GENERATE(true, false);
  if (closes) {
    sqlite3_close(std::exchange(other, nullptr));
  } else {
    shared.commit(1);
  }
  CHECK(shared.integrity() == "ok");
  CHECK(shared.mover->integer("SELECT count(*) FROM blobs", 0).value() >= 300);
  sqlite3_close(other);
}

}  // namespace
}  // namespace dropzone::sqlite
