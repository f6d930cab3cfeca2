#include "files/log_file_system.h"

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

// Calls that wrote to files, by this process.
std::size_t writes_so_far() {
  std::ifstream figures("/proc/self/io");
  std::string name;
  std::size_t count = 0;
  while (figures >> name >> count) {
    if (name == "syscw:") return count;
  }
  return 0;
}

class Database {
 public:
  Database(const std::filesystem::path& path, const char* file_system) {
    REQUIRE(sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                            file_system) == SQLITE_OK);
  }
  ~Database() { sqlite3_close(handle_); }

  void run(const std::string& sql) {
    INFO(sql << ": " << sqlite3_errmsg(handle_));
    REQUIRE(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  std::string ask(const std::string& sql) {
    std::string answer;
    const auto take = [](void* into, int, char** values, char**) {
      *static_cast<std::string*>(into) = values[0] ? values[0] : "NULL";
      return 0;
    };
    REQUIRE(sqlite3_exec(handle_, sql.c_str(), take, &answer, nullptr) == SQLITE_OK);
    return answer;
  }

 private:
  sqlite3* handle_ = nullptr;
};

constexpr const char* kSetup =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
    "CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)";

// `rows` of one page each, in one transaction.
std::string insert(int first, int rows) {
  return "WITH RECURSIVE c (n) AS (VALUES (" + std::to_string(first) +
         ") UNION ALL SELECT n + 1 FROM c WHERE n < " + std::to_string(first + rows - 1) +
         ") INSERT INTO t SELECT n, hex(zeroblob(1900)) FROM c";
}

TEST_CASE("a transaction of many pages is written to the log in few pieces") {
  const test::TemporaryDirectory folder;
  const auto count_writes = [&](const char* name, const char* file_system) {
    Database database(folder.path() / name, file_system);
    database.run(kSetup);
    const std::size_t before = writes_so_far();
    database.run(insert(1, 1'000));
    const std::size_t writes = writes_so_far() - before;
    CHECK(database.ask("PRAGMA integrity_check") == "ok");
    return writes;
  };
  const std::size_t usual = count_writes("usual.db", nullptr);
  const std::size_t ours = count_writes("ours.db", log_file_system());
  CHECK(usual > 2'000);
  CHECK(ours < 40);
}

TEST_CASE("others see what was committed at once, and what is opened again is whole") {
  const test::TemporaryDirectory folder;
  const auto path = folder.path() / "t.db";
  Database writer(path, log_file_system());
  writer.run(kSetup);
  Database reader(path, nullptr);
  for (int i = 0; i < 50; ++i) {
    writer.run(insert(1 + 10 * i, 10));
    REQUIRE(reader.ask("SELECT count(*) FROM t") == std::to_string(10 * (i + 1)));
    if (i % 7 == 0) reader.run("PRAGMA wal_checkpoint(PASSIVE)");
  }
  // As a process that was killed leaves it.
  const auto copy = folder.path() / "copy.db";
  std::filesystem::copy_file(path, copy);
  std::filesystem::copy_file(path.string() + "-wal", copy.string() + "-wal");
  Database copied(copy, nullptr);
  CHECK(copied.ask("SELECT count(*) FROM t") == "500");
  CHECK(copied.ask("PRAGMA integrity_check") == "ok");
}

TEST_CASE("a transaction that does not fit the cache reads back what it wrote, and can be undone") {
  const test::TemporaryDirectory folder;
  Database database(folder.path() / "t.db", log_file_system());
  database.run(kSetup);
  database.run("PRAGMA cache_size = 10");
  database.run("BEGIN");
  database.run(insert(1, 500));
  database.run("UPDATE t SET text = text || n");
  CHECK(database.ask("SELECT count(*) FROM t WHERE text LIKE '00%' || n") == "500");
  database.run("ROLLBACK");
  CHECK(database.ask("SELECT count(*) FROM t") == "0");
  database.run("BEGIN");
  database.run(insert(1, 500));
  database.run("UPDATE t SET text = n WHERE n % 3 = 0");
  database.run("COMMIT");
  CHECK(database.ask("SELECT count(*) FROM t WHERE text = n") == "166");
  CHECK(database.ask("PRAGMA integrity_check") == "ok");
}

}  // namespace
}  // namespace dropzone::sqlite
