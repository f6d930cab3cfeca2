#include "dropzone/sqlite/backup.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

std::string fault_of(const fs::path& store, const fs::path& target) {
  const auto copied = back_up(store, target);
  return copied ? "no fault" : copied.error().detail;
}

std::size_t files_in(const fs::path& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

TEST_CASE("a copy of an open store has its records, and is one file for its owner alone") {
  test::TemporaryDirectory directory;
  const fs::path target = directory.path() / "copy.db";
  const auto repository = open_store(directory.path() / "store.db");
  store(*repository, {thing("a", {{"n", 1}}), thing("b", {{"n", 2}})});

  std::int64_t done = 0;
  std::int64_t total = -1;
  const auto copied =
      back_up(directory.path() / "store.db", target, [&](std::int64_t now, std::int64_t all) {
        done = now;
        total = all;
      });
  REQUIRE(copied.has_value());
  CHECK(done == total);
  struct stat status {};
  REQUIRE(::stat(target.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK_FALSE(fs::exists(target.string() + "-wal"));
  CHECK_FALSE(fs::exists(target.string() + ".part"));

  store(*repository, {thing("later", {})});
  CHECK(ids_of(*open_store(target), all_things()) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a copy that takes too long fails clearly, and leaves nothing") {
  test::TemporaryDirectory directory;
  const fs::path target = directory.path() / "copy.db";
  const auto repository = open_store(directory.path() / "store.db");
  store(*repository, {thing("a", {})});
  const auto copied =
      back_up(directory.path() / "store.db", target, nullptr, std::chrono::steady_clock::now());
  REQUIRE_FALSE(copied);
  CHECK(copied.error().code == ErrorCode::deadline_exceeded);
  CHECK_FALSE(fs::exists(target));
  CHECK_FALSE(fs::exists(target.string() + ".part"));
}

TEST_CASE("a store that nobody has open is copied as well") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  store(*open_store(path), {thing("a", {})});
  REQUIRE(back_up(path, directory.path() / "copy.db").has_value());
  CHECK(ids_of(*open_store(directory.path() / "copy.db"), all_things()).size() == 1);
}

TEST_CASE("a copy that is made while others write holds all of a batch or none, and no gaps") {
  constexpr std::size_t kBatch = 50;
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const auto repository = open_store(path, {"n"});
  std::atomic<bool> stop = false;
  std::atomic<std::size_t> confirmed = 0;
  std::atomic<bool> failed = false;  // Catch's assertions are for one thread.
  std::thread writer([&] {
    for (int batch = 0; !stop && !failed && batch < 2'000; ++batch) {
      std::vector<Write> writes;
      for (std::size_t i = 0; i < kBatch; ++i) {
        writes.push_back(thing("b" + std::to_string(batch) + "-" + std::to_string(i),
                               {{"n", batch}, {"padding", std::string(500, 'x')}}));
      }
      failed = !repository->write(std::move(writes), Atomicity::partial, kNoDeadline);
      if (!failed) confirmed += kBatch;
    }
  });
  for (int i = 0; i < 5; ++i) {
    const fs::path target = directory.path() / ("copy" + std::to_string(i));
    const std::size_t before = confirmed;
    const auto copied = back_up(path, target);
    const std::size_t after = confirmed + kBatch;  // One batch may be on the disk unconfirmed.
    if (!copied) FAIL_CHECK(copied.error().detail);
    const auto copy = open_store(target, {"n"});
    Query counting = all_things();
    counting.limit = 1'000'000;
    const auto ids = ids_of(*copy, counting);
    CHECK(ids.size() >= before);
    CHECK(ids.size() <= after);
    CHECK(ids.size() % kBatch == 0);
    // The index was copied at the same moment as the records.
    counting.filter = where("n", Operator::greater_or_equal, 0);
    CHECK(ids_of(*copy, counting).size() == ids.size());
  }
  stop = true;
  writer.join();
  CHECK_FALSE(failed);
}

TEST_CASE("a copy replaces nothing, and says what it cannot copy") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  store(*open_store(path), {thing("a", {})});
  CHECK(fault_of(path, path) ==
        "There is a file " + path.string() + " already. Name another, or remove it.");
  CHECK(fault_of(directory.path() / "none.db", directory.path() / "copy.db") ==
        "There is no store " + (directory.path() / "none.db").string() + ".");
  CHECK_THAT(fault_of(path, directory.path() / "nowhere" / "copy.db"),
             Catch::Matchers::Contains("cannot be made: No such file or directory"));

  const std::size_t files = files_in(directory.path());
  const fs::path text = directory.path() / "text";
  std::ofstream(text) << std::string(5'000, 't');
  CHECK_THAT(fault_of(text, directory.path() / "copy.db"), Catch::Matchers::Contains("damaged"));
  CHECK(files_in(directory.path()) == files + 1);
}

}  // namespace
}  // namespace dropzone::sqlite
