#include "dropzone/sqlite/restore.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "db/finish_restore.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::string>;

Ids ids_in(const fs::path& path) { return ids_of(*open_store(path), all_things()); }

void copy_with_log(const fs::path& from, const fs::path& to) {
  for (const char* suffix : {"", "-wal", "-lock"}) {
    fs::copy_file(from.string() + suffix, to.string() + suffix);
  }
}

/// A backup with the record "old", and a store of which "new" is in the log alone.
struct Files {
  Files() {
    {
      const auto repository = open_store(live);
      store(*repository, {thing("old", {})});
      REQUIRE(back_up(live, backup));
      store(*repository, {thing("new", {})});
      copy_with_log(live, path);
    }
    REQUIRE(fs::file_size(path.string() + "-wal") > 0);
  }

  test::TemporaryDirectory directory;
  fs::path live = directory.path() / "live.db";
  fs::path backup = directory.path() / "backup.db";
  fs::path path = directory.path() / "store.db";
};

std::string fault_of(const fs::path& backup, const fs::path& path) {
  const auto restored = restore(backup, path);
  return restored ? "no fault" : restored.error().detail;
}

TEST_CASE("a backup takes the store's place, and the store is kept with its log") {
  Files files;
  const auto restored = restore(files.backup, files.path);
  REQUIRE(restored);
  CHECK(restored->store == fs::canonical(files.path));
  REQUIRE(restored->kept);
  CHECK_FALSE(fs::exists(files.path.string() + "-wal"));
  CHECK((fs::status(files.path).permissions() & fs::perms::mask) == fs::perms(0600));
  CHECK(ids_in(files.path) == Ids{"old"});
  CHECK(ids_in(*restored->kept) == Ids{"new", "old"});
  CHECK(ids_in(files.backup) == Ids{"old"});

  const auto again = restore(files.backup, files.path);
  REQUIRE(again);
  CHECK(again->kept != restored->kept);
  CHECK(fs::exists(*again->kept));
  CHECK(fs::exists(*restored->kept));
}

TEST_CASE("a backup is restored if there is no store, or none that opens") {
  Files files;
  SECTION("none") {
    fs::remove(files.path);
    fs::remove(files.path.string() + "-wal");
    const auto restored = restore(files.backup, files.path);
    REQUIRE(restored);
    CHECK_FALSE(restored->kept);
  }
  SECTION("a log alone") {
    fs::remove(files.path);
    const auto restored = restore(files.backup, files.path);
    REQUIRE(restored);
    REQUIRE(restored->kept);
    CHECK(fs::exists(restored->kept->string() + "-wal"));
  }
  SECTION("a ruin") {
    std::ofstream(files.path) << std::string(10'000, 'x');
    REQUIRE(restore(files.backup, files.path));
  }
  CHECK(ids_in(files.path) == Ids{"old"});
}

TEST_CASE("a restoring that was interrupted leaves the old store, or is ended by the next start") {
  Files files;
  const fs::path copy = restored_copy(files.path);
  SECTION("while it copied") {
    std::ofstream(copy.string() + ".part") << "half a copy";
    CHECK(ids_in(files.path) == Ids{"new", "old"});
    CHECK_FALSE(fs::exists(copy.string() + ".part"));
    return;
  }
  // From here on it is decided.
  REQUIRE(back_up(files.backup, copy));
  const fs::path kept = name_for_old_store(files.path, copy);
  SECTION("before the old store was moved") {}
  SECTION("when its file was moved") { fs::rename(files.path, kept); }
  SECTION("when its file and its log were moved") {
    fs::rename(files.path, kept);
    fs::rename(files.path.string() + "-wal", kept.string() + "-wal");
  }
  CHECK(ids_in(files.path) == Ids{"old"});
  CHECK(ids_in(kept) == Ids{"new", "old"});
  CHECK_FALSE(fs::exists(copy));
}

TEST_CASE("what cannot be restored leaves the store as it is") {
  Files files;
  const fs::path text = files.directory.path() / "text";
  std::ofstream(text) << std::string(10'000, 't');
  CHECK_THAT(fault_of(text, files.path), Catch::Matchers::Contains("damaged"));
  std::ofstream(files.directory.path() / "empty").flush();
  CHECK_THAT(fault_of(files.directory.path() / "empty", files.path),
             Catch::Matchers::Contains("There is no store in"));
  CHECK_THAT(fault_of(files.directory.path() / "none", files.path),
             Catch::Matchers::Contains("There is no store "));
  CHECK_THAT(fault_of(files.path, files.path), Catch::Matchers::Contains("the same file"));
  CHECK(ids_in(files.path) == Ids{"new", "old"});

  const auto repository = open_store(files.path);
  const auto refused = restore(files.backup, files.path);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::store_locked);
  store(*repository, {thing("still", {})});
}

}  // namespace
}  // namespace dropzone::sqlite
