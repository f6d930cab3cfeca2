#include "db/store_file.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "killed_store.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

TEST_CASE("what a killed process left is opened with its log") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  kill_after_storing(path, "a");
  CHECK(ids_of(*open_store(path), all_things()) == std::vector<std::string>{"a"});
}

TEST_CASE("a file that is missing or empty next to its log is refused, and the log is kept") {
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
