#include "db/file_mark.h"

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <functional>
#include <set>
#include <string>

#include "dropzone/sqlite/backup.h"
#include "files/raw_log.h"
#include "killed_store.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRowBytes = 79;  // Of the mark, at the end of its page.

fs::path log_of(const fs::path& path) { return path.string() + "-wal"; }

SqliteOptions with_a_short_log(const fs::path& path) {
  SqliteOptions options = options_for(path);
  options.checkpoint_bytes = std::size_t{40} * 4'096;
  return options;
}

/// A program that knows nothing of stores, and does not move the log by itself.
class OtherProgram {
 public:
  explicit OtherProgram(const fs::path& path) {
    REQUIRE(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    run("PRAGMA wal_autocheckpoint = 0");
    run("SELECT count(*) FROM kinds");
  }
  ~OtherProgram() { sqlite3_close(database_); }
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;

  void run(const char* sql) {
    INFO(sql);
    const int result = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
    INFO(sqlite3_errmsg(database_));
    REQUIRE(result == SQLITE_OK);
  }

 private:
  sqlite3* database_ = nullptr;
};

/// The file and its log as they are between two steps of whoever changes them.
void copy_files(const fs::path& from, const fs::path& to) {
  constexpr auto kOver = fs::copy_options::overwrite_existing;
  std::string file;
  std::string log;
  do {
    file = bytes_of_file(from);
    log = bytes_of_file(log_of(from));
    fs::copy_file(log_of(from), log_of(to), kOver);
    fs::copy_file(from, to, kOver);
  } while (bytes_of_file(from) != file || bytes_of_file(log_of(from)) != log);
}

std::string row_of_first_frame(const fs::path& path) {
  auto log = RawLog::open(log_of(path));
  if (!log || log->first().file_pages == 0) return {};
  return log->end_of_page(log->first(), kRowBytes);
}

bool begins_with_mark(const fs::path& path) {
  return row_of_first_frame(path).starts_with("dropzone-mark ");
}

Result<void> check(const fs::path& path) {
  const auto file = StoreFile::own(path);
  REQUIRE(file);
  return check_log_owner(*file);
}

void check_is_refused(const fs::path& path) {
  const std::string log = bytes_of_file(log_of(path));
  const std::string file = bytes_of_file(path);
  const Error error = open_error(options_for(path));
  CHECK(error.code == ErrorCode::store_corrupt);
  CHECK(error.detail.find(log_of(path).filename()) != std::string::npos);
  CHECK(error.detail.find("was not written for that file") != std::string::npos);
  CHECK(bytes_of_file(log_of(path)) == log);
  CHECK(bytes_of_file(path) == file);
}

TEST_CASE("a log is refused next to a file that it was not written for, and both are kept") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const fs::path other = directory.path() / "other.db";
  store(*open_store(path), {thing("old", {})});
  SECTION("a backup from before") {
    REQUIRE(back_up(path, other));
    kill_after_storing(path, "new");
  }
  SECTION("a backup of the same run") {
    fs::remove(path);
    kill_after_storing(path, "old", [&] { REQUIRE(back_up(path, other)); });
  }
  SECTION("an older copy of the file itself") {
    fs::copy_file(path, other);
    store(*open_store(path), {thing("since", {})});
    kill_after_storing(path, "new");
  }
  SECTION("another store") {
    store(*open_store(other), {thing("old", {})});
    kill_after_storing(path, "new");
  }
  SECTION("a file that has not got so far") {
    store(*open_store(path), {thing("new", {{"text", std::string(100'000, 'x')}})});
    kill_after_storing(path, "newest");
    fs::copy_file(path, other);
    fs::resize_file(other, 4'096);
    fs::copy_file(other, path, fs::copy_options::overwrite_existing);
    check_is_refused(path);
    return;
  }
  fs::copy_file(other, path, fs::copy_options::overwrite_existing);
  check_is_refused(path);

  fs::rename(log_of(path), directory.path() / "aside");
  CHECK(ids_of(*open_store(path), all_things()) == std::vector<std::string>{"old"});
}

TEST_CASE("a foreign log next to a store's file is refused, and both are kept") {
  const bool killed = GENERATE(false, true);
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const fs::path aside = directory.path() / "aside";
  store(*open_store(path), {thing("a", {})});
  SECTION("that of another store") {
    const fs::path other = directory.path() / "other.db";
    kill_after_storing(other, "b");
    fs::copy_file(log_of(other), aside);
  }
  SECTION("that of another store with more in it") {
    const fs::path other = directory.path() / "other.db";
    store(*open_store(other, {"n"}), {thing("x", {{"text", std::string(100'000, 'x')}})});
    kill_after_storing(other, "b");
    fs::copy_file(log_of(other), aside);
  }
  SECTION("an older one of its own") {
    kill_after_storing(path, "b");
    fs::copy_file(log_of(path), aside);
    store(*open_store(path), {thing("c", {})});
    store(*open_store(path), {thing("d", {})});
  }
  const auto before = ids_of(*open_store(path), all_things());
  if (killed) kill_after_storing(path, "z");
  fs::copy_file(aside, log_of(path), fs::copy_options::overwrite_existing);
  check_is_refused(path);

  fs::remove(log_of(path));
  CHECK(ids_of(*open_store(path), all_things()) == before);
}

TEST_CASE("each log begins with a mark, and is its file's at any moment") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const fs::path killed = directory.path() / "killed.db";
  const auto repository = open_store(with_a_short_log(path));
  std::set<std::string> marks;
  for (int i = 0; i < 200 || marks.size() < 5; ++i) {
    CAPTURE(i);
    REQUIRE(i < 10'000);
    const std::string text(static_cast<std::size_t>(i % 7) * 5'000, 'x');
    store(*repository, {thing(std::to_string(i), {{"text", text}})});
    copy_files(path, killed);
    REQUIRE(begins_with_mark(killed));
    marks.insert(row_of_first_frame(killed));
    REQUIRE(check(killed));
    if (i % 20 == 0) {
      CHECK(ids_of(*open_store(killed), all_things()).size() == static_cast<std::size_t>(i) + 1);
    }
  }
}

TEST_CASE("a copy of the file from any time since its log began is opened with that log") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const fs::path copy = directory.path() / "copy.db";
  store(*open_store(path), {thing("a", {})});
  if (GENERATE(true, false)) {
    fs::copy_file(path, copy);
    kill_after_storing(path, "b");
  } else {
    kill_after_storing(path, "b", [&] { fs::copy_file(path, copy); });
  }
  fs::copy_file(copy, path, fs::copy_options::overwrite_existing);
  CHECK(ids_of(*open_store(path), all_things()).size() == 2);
}

// As "store.db" is now, it is opened when its process is killed.
std::size_t count_after_kill(const fs::path& path) {
  const fs::path killed = path.parent_path() / "killed.db";
  copy_files(path, killed);
  return ids_of(*open_store(killed), all_things()).size();
}

TEST_CASE("a log that another program has begun is opened") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const auto repository = open_store(path);
  store(*repository, {thing("a", {})});
  OtherProgram other(path);
  other.run("CREATE TABLE theirs (a)");
  other.run("PRAGMA wal_checkpoint(TRUNCATE)");
  other.run(GENERATE(as<const char*>(), "INSERT INTO theirs VALUES (1)", "VACUUM"));
  CHECK_FALSE(begins_with_mark(path));
  CHECK(count_after_kill(path) == 1);
  store(*repository, {thing("b", {})});
  CHECK(count_after_kill(path) == 2);
}

TEST_CASE("a log that begins again behind another program's back has a mark, too") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const auto repository = open_store(path);
  store(*repository, {thing("a", {})});
  OtherProgram other(path);
  other.run(GENERATE(as<const char*>(), "PRAGMA wal_checkpoint(TRUNCATE)",
                     "PRAGMA wal_checkpoint(RESTART)", "PRAGMA wal_checkpoint(FULL)"));
  const std::string before = row_of_first_frame(path);
  store(*repository, {thing("b", {})});
  CHECK(begins_with_mark(path));
  CHECK(row_of_first_frame(path) != before);
  CHECK(count_after_kill(path) == 2);
}

TEST_CASE("a store whose pages another program has moved is opened with its log") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const bool mark_is_cut_off = GENERATE(false, true);
  {
    const auto before = open_store(path);
    OtherProgram other(path);
    if (mark_is_cut_off) other.run("DROP TABLE file_mark");  // So that it comes to the end.
    other.run("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (zeroblob(100000))");
  }
  const auto repository = open_store(path);
  OtherProgram other(path);
  store(*repository, {thing("a", {})});
  other.run("DROP TABLE theirs");
  other.run("VACUUM");
  REQUIRE(begins_with_mark(path));
  CHECK(count_after_kill(path) == 1);
  other.run("PRAGMA wal_checkpoint(FULL)");
  CHECK(count_after_kill(path) == 1);
  store(*repository, {thing("c", {})});
  CHECK(count_after_kill(path) == 2);
}

TEST_CASE("a mark that is changed while a reader keeps the log from beginning again is known") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const auto repository = open_store(path);
  store(*repository, {thing("a", {})});
  OtherProgram reader(path);
  OtherProgram other(path);
  for (std::size_t i = 1; i < 5; ++i) {
    reader.run("BEGIN; SELECT count(*) FROM kinds");
    other.run("PRAGMA wal_checkpoint(PASSIVE)");
    store(*repository, {thing(std::to_string(i), {})});
    reader.run("COMMIT");
    CHECK(count_after_kill(path) == i + 1);
  }
}

TEST_CASE("a mark that a power cut has left half written in the file is known") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  store(*open_store(path), {thing("a", {})});
  kill_after_storing(path, "b");
  auto log = RawLog::open(log_of(path));
  REQUIRE(log);
  const std::string row = row_of_first_frame(path);
  const auto end = log->first().page * log->page_bytes();
  const std::size_t cut = GENERATE(1, 20, 40, 78);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(end - static_cast<std::int64_t>(kRowBytes));
  file.write(row.data(), static_cast<std::streamsize>(cut));
  file.close();
  CHECK(check(path));
}

TEST_CASE("a log that SQLite would not read is not looked at") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const fs::path other = directory.path() / "other.db";
  store(*open_store(path), {thing("a", {})});
  kill_after_storing(other, "b");
  std::string log = bytes_of_file(log_of(other));
  SECTION("its head is spoiled") { log[9] ^= 1; }
  SECTION("its first frame is spoiled") { log[kLogHeadBytes + kFrameHeadBytes + 4'000] ^= 1; }
  SECTION("its first frame is of an earlier log") { log[kLogHeadBytes + 8] ^= 1; }
  SECTION("it ends in its first frame") { log.resize(4'000); }
  SECTION("it ends in its head") { log.resize(20); }
  std::ofstream(log_of(path), std::ios::binary) << log;
  CHECK(ids_of(*open_store(path), all_things()) == std::vector<std::string>{"a"});
}

TEST_CASE("a store that was written before logs had marks is opened with its log") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  kill_after_storing(path, "a", [&] {
    OtherProgram before(path);
    before.run("PRAGMA wal_checkpoint(TRUNCATE)");
    before.run(GENERATE(as<const char*>(), "DROP TABLE file_mark",
                        "UPDATE file_mark SET mark = 'f7a03b7d1e1d4a6f9a1ab64f3bd8a6cd'"));
  });
  for (const char* id : {"b", "c"}) kill_after_storing(path, id);
  CHECK(ids_of(*open_store(path), all_things()).size() == 3);
  kill_after_storing(path, "d");
  CHECK(begins_with_mark(path));
}

TEST_CASE("a killed process's log is its file's, however often it was killed") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  for (int kill = 0; kill < 4; ++kill) kill_after_storing(path, std::to_string(kill));
  CHECK(ids_of(*open_store(path), all_things()).size() == 4);
}

TEST_CASE("a start that is refused when SQLite has read the log changes neither file nor log") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  kill_after_storing(path, "a", [&] { OtherProgram(path).run("PRAGMA user_version = 99"); });
  const std::string file = bytes_of_file(path);
  const std::string log = bytes_of_file(log_of(path));
  CHECK(open_error(options_for(path)).code == ErrorCode::store_newer);
  CHECK(bytes_of_file(path) == file);
  CHECK(bytes_of_file(log_of(path)) == log);
}

}  // namespace
}  // namespace dropzone::sqlite
