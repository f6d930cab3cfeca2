#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "db/connection.h"
#include "db/schema.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

void execute(const fs::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  const int result = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
  sqlite3_close(database);
  REQUIRE(result == SQLITE_OK);
}

void write_file(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST_CASE("the cache of a new file is as large as it was asked for") {
  constexpr int kAsked = 2 << 20;
  test::TemporaryDirectory directory;
  auto connection =
      Connection::open({.path = directory.path() / "store.db", .cache_bytes = kAsked});
  REQUIRE(connection);
  REQUIRE(prepare_schema(**connection));
  REQUIRE((*connection)->execute("CREATE TABLE t (x)"));
  REQUIRE((*connection)->run("INSERT INTO t VALUES (zeroblob(16000000))"));
  REQUIRE((*connection)->run("SELECT sum(length(x)) FROM t"));
  int used = 0;
  int most = 0;
  REQUIRE(sqlite3_db_status((*connection)->handle(), SQLITE_DBSTATUS_CACHE_USED, &used, &most, 0) ==
          SQLITE_OK);
  CHECK(used > kAsked / 2);
  CHECK(used < kAsked + kAsked / 4);
}

TEST_CASE("a store that is open is locked for everybody else") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const auto repository = open_store(path);
  const Error error = open_error(options_for(path));
  CHECK(error.code == ErrorCode::store_locked);
  CHECK(error.detail.find("Another process") != std::string::npos);
  store(*repository, {thing("a", {})});
}

TEST_CASE("another process finds an open store locked at once, by each of its names") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const auto repository = open_store(path);
  fs::create_symlink(path, directory.path() / "link.db");
  const pid_t child = fork();
  if (child == 0) {
    const auto direct = SqliteRecordRepository::open({.path = path, .kinds = {}});
    const auto linked =
        SqliteRecordRepository::open({.path = directory.path() / "link.db", .kinds = {}});
    const bool locked = !direct && direct.error().code == ErrorCode::store_locked && !linked &&
                        linked.error().code == ErrorCode::store_locked;
    _exit(locked ? 0 : 1);
  }
  REQUIRE(child > 0);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  store(*repository, {thing("a", {})});
}

TEST_CASE("a store can be opened again once it was closed") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  for (int i = 0; i < 3; ++i) store(*open_store(path), {thing(std::to_string(i), {})});
  CHECK(ids_of(*open_store(path), all_things()).size() == 3);
  CHECK_FALSE(fs::exists(path.string() + "-wal"));
}

TEST_CASE("a store is opened by a name alone, in the directory that it is run in") {
  test::TemporaryDirectory directory;
  const fs::path before = fs::current_path();
  fs::current_path(directory.path());
  const auto repository = open_store(fs::path("store.db"));
  fs::current_path(before);
  store(*repository, {thing("a", {})});
  CHECK(fs::exists(directory.path() / "store.db"));
}

TEST_CASE("the store's files are for their owner alone") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const auto repository = open_store(path);
  store(*repository, {thing("a", {})});
  for (const char* suffix : {"", "-wal", "-shm", "-lock"}) {
    INFO(suffix);
    CHECK((fs::status(path.string() + suffix).permissions() & fs::perms::mask) ==
          (fs::perms::owner_read | fs::perms::owner_write));
  }
}

TEST_CASE("a directory that is not there is named as the fault") {
  test::TemporaryDirectory directory;
  const Error error = open_error(options_for(directory.path() / "none" / "store.db"));
  CHECK(error.code == ErrorCode::invalid_configuration);
  CHECK(error.detail.find("directory does not exist") != std::string::npos);
}

TEST_CASE("a path that cannot be a file is refused") {
  test::TemporaryDirectory directory;
  CHECK(open_error(options_for(directory.path())).code == ErrorCode::invalid_configuration);
  REQUIRE(mkfifo((directory.path() / "pipe").c_str(), 0600) == 0);
  CHECK(open_error(options_for(directory.path() / "pipe")).code ==
        ErrorCode::invalid_configuration);
}

TEST_CASE("a file that is not a database is left as it is") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const std::string text = GENERATE(as<std::string>{}, "precious notes", std::string(10'000, 'x'));
  write_file(path, text);
  const Error error = open_error(options_for(path));
  CHECK(error.code == ErrorCode::store_corrupt);
  CHECK(read_file(path) == text);
}

TEST_CASE("another application's database is left as it is") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  execute(path, "CREATE TABLE accounts (name TEXT); INSERT INTO accounts VALUES ('me')");
  const std::string before = read_file(path);
  const Error error = open_error(options_for(path));
  CHECK(error.code == ErrorCode::invalid_configuration);
  CHECK(error.detail.find("another application") != std::string::npos);
  CHECK(read_file(path) == before);
}

TEST_CASE("a store of a newer version is left as it is") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  store(*open_store(path), {thing("a", {})});
  execute(path, "PRAGMA user_version = 1000000");
  const std::string before = read_file(path);
  const Error error = open_error(options_for(path));
  CHECK(error.code == ErrorCode::store_newer);
  CHECK(error.detail.find("1000000") != std::string::npos);
  CHECK(read_file(path) == before);
}

TEST_CASE("a store of each older layout opens with all that it has") {
  const std::string layout = GENERATE(as<std::string>(), "1");
  CAPTURE(layout);
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  execute(path, read_file(DROPZONE_SOURCE_DIR "/tests/data/store-layout-" + layout + ".sql"));
  const auto repository = open_store(path);
  CHECK(repository->kinds(kNoDeadline).value() ==
        std::vector<std::string>{"_dropzone_rejects", "measurements", "records"});

  std::vector<StoredRecord> found;
  const auto keep = [&](const RecordView& view) {
    found.push_back(
        {std::string(view.id), std::string(view.data), std::string(view.original), *view.meta});
  };
  const std::vector<std::string> ids{"odd", "nested"};
  REQUIRE(repository->find("records", ids, {.original = true, .meta = true}, keep, kNoDeadline));
  REQUIRE(found.size() == 2);
  CHECK(found[0].data == R"({"n":1.2345678901234568e+29})");
  CHECK(found[0].original == R"({"_id":"odd", "n" : 1.10, "n":123456789012345678901234567890})");
  CHECK(found[0].meta.version == "QfQzf2Fw8RhMxevYexgFbq");
  CHECK(found[0].meta.pipeline == "records@1");
  CHECK(found[0].meta.created_at == Timestamp{1'795'627'276'541'631});
  CHECK(found[0].meta.sha256);
  CHECK(found[1].data == "{\"a\":[[1,{\"b\":null}],\"\u00e9\U0001F600\"]}");

  Query query;
  query.kind = "measurements";
  query.filter = Filter{Condition{*FieldPath::parse("timeUTC"), Operator::equal,
                                  *parse_timestamp("2019-05-01T10:00:00.25Z")}};
  CHECK(ids_of(*repository, query) == std::vector<std::string>{"m1"});
  store(*repository, {thing("new", {})});
}

// As the layouts before 2 had them: numbers from 2^63 on as REAL, and every name dotted.
TEST_CASE("an index of an older layout has large numbers and names with slashes as before") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const auto options = options_for(path, {"n", "/~1x"});
  store(*open_store(options),
        {thing("below", {{"n", std::numeric_limits<std::int64_t>::max()}}),
         thing("large", {{"n", 12297829382473033728.0}, {"/x", 7}}), thing("huge", {{"n", 1e300}}),
         thing("array", {{"n", Array{1, 1e19, 1e20}}})});
  // The index of "n" is the second one.
  execute(path,
          "UPDATE entries_2 SET value = 12297829382473033728.0 WHERE id = 'large';"
          "UPDATE entries_2 SET value = 1e300 WHERE id = 'huge';"
          "UPDATE entries_2 SET value = 1e19 WHERE value = '10000000000000000000';"
          "UPDATE entries_2 SET value = 1e20 WHERE id = 'array' AND typeof(value) = 'text';"
          "UPDATE indexes SET field = '/x' WHERE field = '/~1x'; PRAGMA user_version = 1;"
          "ALTER TABLE indexes DROP COLUMN built_to; ALTER TABLE indexes DROP COLUMN built;"
          "ALTER TABLE originals DROP COLUMN received_at; ALTER TABLE originals DROP COLUMN "
          "received_by");
  const auto repository = open_store(options);
  const auto selected = [&](std::string_view field, Operator op, Value operand) {
    Query query;
    query.kind = "things";
    query.filter = Filter{Condition{*FieldPath::parse(field), op, std::move(operand)}};
    return ids_of(*repository, query);
  };
  using Ids = std::vector<std::string>;
  CHECK(selected("n", Operator::equal, 12297829382473033728.0) == Ids{"large"});
  CHECK(selected("n", Operator::greater, 1e19) == Ids{"array", "huge", "large"});
  CHECK(selected("n", Operator::less, 1e19) == Ids{"array", "below"});
  CHECK(selected("n", Operator::equal, 1e20) == Ids{"array"});
  CHECK(selected("/~1x", Operator::equal, 7) == Ids{"large"});
  std::vector<Write> writes{thing("large", {{"n", 1}}), thing("array", {})};
  for (Write& write : writes) write.if_exists = IfExists::replace;
  REQUIRE(repository->write(std::move(writes), Atomicity::partial, kNoDeadline));
  CHECK(selected("n", Operator::greater, 1e19) == Ids{"huge"});
}

TEST_CASE("a damaged file is found out when it is opened or read, and never by a wrong answer") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  {
    const auto repository = open_store(path, {"n"});
    std::vector<Write> writes;
    for (int i = 0; i < 2'000; ++i) {
      writes.push_back(thing("r" + std::to_string(i), {{"n", i}, {"text", std::string(200, 'x')}}));
    }
    store(*repository, std::move(writes));
  }
  std::string bytes = read_file(path);
  SECTION("pages are overwritten") {
    for (std::size_t at = 3 * 4'096; at + 4'096 < bytes.size(); at += 16 * 4'096) {
      bytes.replace(at, 4'096, std::string(4'096, '\x55'));
    }
  }
  SECTION("the end is missing") { bytes.resize(bytes.size() / 2); }
  SECTION("the header is overwritten") { bytes.replace(0, 100, std::string(100, '\0')); }
  write_file(path, bytes);
  const Error error = open_error(options_for(path, {"n"}));
  CHECK(error.code == ErrorCode::store_corrupt);
}

// Makes a directory that cannot be written, for root by mounting it so.
class ReadOnlyDirectory {
 public:
  explicit ReadOnlyDirectory(const fs::path& path) : path_(path) {
    if (geteuid() != 0) {
      possible_ = chmod(path.c_str(), S_IRUSR | S_IXUSR) == 0;
    } else if (mount(path.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) == 0) {
      mounted_ = true;
      possible_ =
          mount(nullptr, path.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) == 0;
    }
  }
  ~ReadOnlyDirectory() {
    if (mounted_) umount(path_.c_str());
    if (geteuid() != 0) chmod(path_.c_str(), S_IRWXU);
  }
  [[nodiscard]] bool possible() const { return possible_; }

 private:
  fs::path path_;
  bool mounted_ = false;
  bool possible_ = false;
};

TEST_CASE("a directory that cannot be written is named as the fault") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const bool exists = GENERATE(false, true);
  if (exists) store(*open_store(path), {thing("a", {})});
  const ReadOnlyDirectory read_only(directory.path());
  if (!read_only.possible()) {
    WARN("Skipped: this user can neither mount nor take away its own rights.");
    return;
  }
  const Error error = open_error(options_for(path));
  CHECK(error.code == ErrorCode::store_read_only);
  CHECK(error.detail.find("directory") != std::string::npos);
}

TEST_CASE("a file that cannot be written is named as the fault") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  store(*open_store(path), {thing("a", {})});
  // To root all files are open, unless it gives that right up for a moment.
  REQUIRE(chmod(path.c_str(), S_IRUSR) == 0);
  const bool is_root = geteuid() == 0;
  constexpr uid_t kNobody = 65'534;
  if (is_root) {
    REQUIRE(chown(directory.path().c_str(), kNobody, kNobody) == 0);
    REQUIRE(chown((path.string() + "-lock").c_str(), kNobody, kNobody) == 0);
    REQUIRE(chmod(path.c_str(), S_IRUSR | S_IRGRP | S_IROTH) == 0);
    REQUIRE(seteuid(kNobody) == 0);
  }
  const auto opened = SqliteRecordRepository::open(options_for(path));
  if (is_root) REQUIRE(seteuid(0) == 0);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::store_read_only);
  CHECK(opened.error().detail.find("file") != std::string::npos);
}

TEST_CASE("a record whose original is gone is reported, and not shown as if it had none") {
  const test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  store(*open_store(path), {thing("a", {{"n", 1}}), thing("b", {{"n", 2}})});
  execute(path, "DELETE FROM originals WHERE row = (SELECT row FROM records_1 WHERE id = 'b')");
  const auto repository = open_store(path);
  CHECK(ids_of(*repository, all_things()).size() == 2);
  const Projection with_original{.original = true};
  std::vector<std::string> shown;
  const auto sink = [&](const RecordView& view) { shown.emplace_back(view.original); };
  const std::vector<std::string> ids{"b"};
  const auto found = repository->find("things", ids, with_original, sink, kNoDeadline);
  REQUIRE(!found);
  CHECK(found.error().code == ErrorCode::store_corrupt);
  const auto page = repository->query(all_things(), with_original, sink, kNoDeadline);
  REQUIRE(!page);
  CHECK(page.error().code == ErrorCode::store_corrupt);
  CHECK(shown == std::vector<std::string>{R"({"n":1})"});
}

}  // namespace
}  // namespace dropzone::sqlite
