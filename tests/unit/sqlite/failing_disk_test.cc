#include <sqlite3.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "faulty_disk.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

ErrorCode code_of_store(RecordRepository& repository, const std::string& id) {
  const auto outcomes = repository.write({thing(id, {})}, Atomicity::partial, kNoDeadline);
  if (outcomes) FAIL("It was stored.");
  return outcomes.error().code;
}

TEST_CASE("a store whose commit could not be synced has an unknown outcome, and heals") {
  std::atomic<bool> broken = false;
  FaultyDisk disk;
  disk.before_log_sync = [&] { return broken ? SQLITE_IOERR_FSYNC : SQLITE_OK; };
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "store.db";
  const auto repository = open_store(path);
  store(*repository, {thing("1", {})});
  broken = true;
  CHECK(code_of_store(*repository, "2") == ErrorCode::outcome_unknown);
  const auto health = repository->check(kNoDeadline);
  REQUIRE_FALSE(health);
  CHECK(health.error().code == ErrorCode::outcome_unknown);
  CHECK(ids_of(*repository, all_things()).size() == 1);

  broken = false;
  CHECK(repository->check(kNoDeadline));
  store(*repository, {thing("2", {}), thing("3", {})});
  CHECK(ids_of(*repository, all_things()).size() == 3);
}

TEST_CASE("a store whose commit could not be written is not there, after a crash neither") {
  std::atomic<int> fault = SQLITE_OK;
  FaultyDisk disk;
  disk.before_log_write = [&] { return fault.load(); };
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "store.db";
  const fs::path crashed = folder.path() / "crashed.db";
  const auto repository = open_store(path);
  store(*repository, {thing("1", {})});
  fault = SQLITE_FULL;
  CHECK(code_of_store(*repository, "2") == ErrorCode::store_full);
  fault = SQLITE_IOERR_WRITE;
  CHECK(code_of_store(*repository, "3") == ErrorCode::unavailable);
  fault = SQLITE_OK;
  fs::copy_file(path, crashed);
  fs::copy_file(path.string() + "-wal", crashed.string() + "-wal");
  CHECK(ids_of(*open_store(crashed), all_things()) == std::vector<std::string>{"1"});
}

TEST_CASE("a log that a crash has left is written and synced again before a store opens") {
  std::atomic<bool> broken = false;
  std::atomic<int> writes = 0;
  FaultyDisk disk;
  disk.before_log_write = [&] { return ++writes, SQLITE_OK; };
  disk.before_log_sync = [&] { return broken ? SQLITE_IOERR_FSYNC : SQLITE_OK; };
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "store.db";
  const fs::path crashed = folder.path() / "crashed.db";
  const auto repository = open_store(path);
  store(*repository, {thing("1", {{"text", std::string(200'000, 'x')}})});
  fs::copy_file(path, crashed);
  fs::copy_file(path.string() + "-wal", crashed.string() + "-wal");

  broken = true;
  const auto refused = SqliteRecordRepository::open(options_for(crashed));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::unavailable);

  broken = false;
  writes = 0;
  CHECK(ids_of(*open_store(crashed), all_things()) == std::vector<std::string>{"1"});
  CHECK(writes > 1);
}

TEST_CASE("a store whose log could not be made does not open without it") {
  std::atomic<int> syncs = 0;
  std::atomic<int> failing = 0;
  FaultyDisk disk;
  disk.before_sync = [&] { return ++syncs == failing ? SQLITE_IOERR_FSYNC : SQLITE_OK; };
  const auto uses_log = [&](const fs::path& path) {
    syncs = 0;
    const auto repository = SqliteRecordRepository::open(options_for(path));
    return !repository || fs::exists(path.string() + "-wal");
  };
  const test::TemporaryDirectory folder;
  REQUIRE(uses_log(folder.path() / "whole.db"));
  const int all = syncs;
  for (failing = 1; failing <= all; ++failing) {
    const std::string name = std::to_string(failing) + ".db";
    INFO("the sync of the file that fails: " << failing << " of " << all);
    CHECK(uses_log(folder.path() / name));
  }
}

TEST_CASE("rows that another program has added fail one store, not all that follow") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "store.db";
  const auto repository = open_store(path);
  store(*repository, {thing("1", {})});
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &other, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
  const int added = sqlite3_exec(other,
                                 "INSERT INTO originals (row, original) SELECT max(row) + 1, '{}' "
                                 "FROM originals",
                                 nullptr, nullptr, nullptr);
  sqlite3_close(other);
  REQUIRE(added == SQLITE_OK);
  CHECK_FALSE(repository->write({thing("2", {})}, Atomicity::partial, kNoDeadline));
  store(*repository, {thing("2", {})});
  CHECK(ids_of(*repository, all_things()).size() == 2);
}

TEST_CASE("a log that cannot be moved is reported to the operator, and shows in its figures") {
  std::atomic<bool> broken = false;
  std::atomic<int> warnings = 0;
  FaultyDisk disk;
  disk.before_sync = [&] { return broken ? SQLITE_IOERR_FSYNC : SQLITE_OK; };
  const test::TemporaryDirectory folder;
  auto options = options_for(folder.path() / "store.db");
  options.checkpoint_bytes = 100'000;
  options.warn = [&](const std::string& text) {
    warnings += text.find("could not be moved") != text.npos;
  };
  const auto repository = open_store(std::move(options));
  broken = true;
  for (int i = 0; repository->wal_stats().move_failures == 0 && i < 10'000; ++i) {
    store(*repository, {thing(std::to_string(i), {{"text", std::string(2'000, 'x')}})});
  }
  CHECK(repository->wal_stats().move_failures > 0);
  CHECK(repository->wal_stats().unmoved_bytes > 0);
  CHECK(repository->wal_stats().bytes >= repository->wal_stats().unmoved_bytes);
  while (warnings == 0) std::this_thread::yield();
  broken = false;
}

}  // namespace
}  // namespace dropzone::sqlite
