#include "db/store_file.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>

#include "dropzone/sqlite/backup.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kLeftFiles = {"", "-wal", "-lock"};

/// Opens the store, stores a record, and leaves the files as a process does that is killed then:
/// with a log. Before that it does what else is wanted.
void kill_after_storing(
    const fs::path& path, const std::string& id, const std::function<void()>& before_kill = [] {}) {
  const std::string left = path.string() + "-left";
  {
    const auto repository = open_store(path);
    store(*repository, {thing(id, {})});
    before_kill();
    for (const auto& suffix : kLeftFiles) fs::copy_file(path.string() + suffix, left + suffix);
  }
  for (const auto& suffix : kLeftFiles) {
    fs::remove(path.string() + suffix);
    fs::rename(left + suffix, path.string() + suffix);
  }
  REQUIRE(fs::file_size(path.string() + "-wal") > 0);
}

std::string bytes_of_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST_CASE("what a killed process left is opened with its log") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  kill_after_storing(path, "a");
  CHECK(ids_of(*open_store(path), all_things()) == std::vector<std::string>{"a"});
}

TEST_CASE("a file that is missing or empty beside its log is refused, and the log is kept") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  kill_after_storing(path, "a");
  const std::string log = bytes_of_file(path.string() + "-wal");
  const fs::path aside = directory.path() / "aside";
  if (GENERATE(true, false)) {
    fs::rename(path, aside);
  } else {
    fs::copy_file(path, aside);
    fs::resize_file(path, 0);
  }
  const Error error = open_error(options_for(path));
  CHECK(error.code == ErrorCode::store_corrupt);
  CHECK(error.detail.find("missing or empty") != std::string::npos);
  CHECK(bytes_of_file(path.string() + "-wal") == log);

  fs::rename(aside, path);
  CHECK(ids_of(*open_store(path), all_things()).size() == 1);
}

TEST_CASE("a log is refused beside a file that it was not written for, and both are kept") {
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
    kill_after_storing(path, "new");
  }
  SECTION("another store") {
    store(*open_store(other), {thing("old", {})});
    kill_after_storing(path, "new");
  }
  fs::copy_file(other, path, fs::copy_options::overwrite_existing);
  const std::string log = bytes_of_file(path.string() + "-wal");
  const std::string file = bytes_of_file(path);

  const Error error = open_error(options_for(path));
  CHECK(error.code == ErrorCode::store_corrupt);
  CHECK(error.detail.find("another file") != std::string::npos);
  CHECK(bytes_of_file(path.string() + "-wal") == log);
  CHECK(bytes_of_file(path) == file);

  fs::rename(path.string() + "-wal", directory.path() / "aside");
  CHECK(ids_of(*open_store(path), all_things()) == std::vector<std::string>{"old"});
}

TEST_CASE("a store that was written before files had marks is opened with its log") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  kill_after_storing(path, "a");
  std::ofstream(path.string() + "-lock", std::ios::trunc).flush();
  CHECK(ids_of(*open_store(path), all_things()).size() == 1);
}

TEST_CASE("a killed process's log is its file's, however often it was killed") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  for (int kill = 0; kill < 4; ++kill) kill_after_storing(path, std::to_string(kill));
  CHECK(ids_of(*open_store(path), all_things()).size() == 4);
}

TEST_CASE("a file with a second name is refused under both") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const fs::path second = directory.path() / "second.db";
  const auto repository = open_store(path);
  fs::create_hard_link(path, second);
  const Error error = open_error(options_for(second));
  CHECK(error.code == ErrorCode::invalid_configuration);
  CHECK(error.detail.find("second name") != std::string::npos);
  fs::remove(second);
  store(*repository, {thing("a", {})});
}

TEST_CASE("others lose the rights that they have on a store's files, and its group keeps them") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  kill_after_storing(path, "a");
  for (const char* suffix : {"", "-wal", "-lock"}) {
    fs::permissions(path.string() + suffix, fs::perms(0646));
  }
  const auto repository = open_store(path);
  store(*repository, {thing("b", {})});
  for (const char* suffix : {"", "-wal", "-shm", "-lock"}) {
    CAPTURE(suffix);
    CHECK((fs::status(path.string() + suffix).permissions() & fs::perms::mask) == fs::perms(0640));
  }
}

TEST_CASE("a file that others may read, and that is another user's, is refused") {
  if (geteuid() != 0) {
    WARN("Skipped: only the superuser can make a file another user's.");
    return;
  }
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  store(*open_store(path), {thing("a", {})});
  constexpr uid_t kNobody = 65'534;
  fs::permissions(path, fs::perms(0666));
  fs::permissions(path.string() + "-lock", fs::perms(0666));
  REQUIRE(chown(directory.path().c_str(), kNobody, kNobody) == 0);
  REQUIRE(seteuid(kNobody) == 0);
  const auto opened = SqliteRecordRepository::open(options_for(path));
  REQUIRE(seteuid(0) == 0);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::invalid_configuration);
  CHECK(opened.error().detail.find("chmod o=") != std::string::npos);
}

TEST_CASE("stores are refused while the file or its log is away, and go on when it is back") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const auto repository = open_store(path);
  store(*repository, {thing("before", {})});
  const std::vector<std::string> before = ids_of(*repository, all_things());
  const std::string suffix = GENERATE(as<std::string>(), "", "-wal");
  const fs::path replaced = path.string() + suffix;
  const fs::path aside = directory.path() / "aside";
  fs::rename(replaced, aside);
  if (GENERATE(true, false)) std::ofstream(replaced) << "another file";

  const auto refused = repository->write({}, Atomicity::partial, kNoDeadline);
  CHECK(refused);  // Nothing was to be written.
  std::vector<Write> writes;
  writes.push_back(thing("meanwhile", {}));
  const auto written = repository->write(std::move(writes), Atomicity::partial, kNoDeadline);
  REQUIRE_FALSE(written);
  CHECK(written.error().code == ErrorCode::store_replaced);
  const Erase erase{.id = "before"};
  const auto erased = repository->erase("things", std::span(&erase, 1), kNoDeadline);
  REQUIRE_FALSE(erased);
  CHECK(erased.error().code == ErrorCode::store_replaced);
  const auto checked = repository->check(kNoDeadline);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().code == ErrorCode::store_replaced);
  CHECK(ids_of(*repository, all_things()) == before);
  // Another connection would be opened to what is there now.
  const auto second = repository->query(
      all_things(), {},
      [&](const RecordView&) {
        const auto opened = repository->query(
            all_things(), {}, [](const RecordView&) {}, kNoDeadline);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == ErrorCode::store_replaced);
      },
      kNoDeadline);
  CHECK(second);

  fs::rename(aside, replaced);
  CHECK(repository->check(kNoDeadline));
  store(*repository, {thing("after", {})});
}

}  // namespace
}  // namespace dropzone::sqlite
