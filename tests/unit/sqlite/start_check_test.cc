#include "db/start_check.h"

#include <sqlite3.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "faulty_disk.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPage = 4'096;

/// Larger than what is read whole.
void make_large_store(const fs::path& path) {
  const auto repository = open_store(path, {"n"});
  for (int batch = 0; batch < 10; ++batch) {
    std::vector<Write> writes;
    for (int i = 0; i < 500; ++i) {
      const int n = batch * 500 + i;
      writes.push_back(thing("r" + std::to_string(n * 7'919 % 100'003),
                             {{"n", n}, {"text", std::string(3'000, 'x')}}));
    }
    store(*repository, std::move(writes));
  }
}

bool is_refused(const fs::path& path) {
  const auto opened = SqliteRecordRepository::open(options_for(path, {"n"}));
  if (!opened) CHECK(opened.error().code == ErrorCode::store_corrupt);
  return !opened;
}

class Mutilated {
 public:
  explicit Mutilated(const fs::path& from) : path_(from.string() + "-mutilated") {
    fs::copy_file(from, path_, fs::copy_options::overwrite_existing);
  }
  ~Mutilated() {
    for (const char* suffix : {"", "-wal", "-shm", "-lock"}) fs::remove(path_.string() + suffix);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] std::size_t pages() const { return fs::file_size(path_) / kPage; }
  void overwrite(std::size_t page) const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(page * kPage));
    file << std::string(kPage, '\x55');
  }

 private:
  fs::path path_;
};

TEST_CASE("a large file that is damaged is often refused at the start, a sound one never") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  make_large_store(path);
  REQUIRE(fs::file_size(path) > 4'200 * kPage);
  for (int i = 0; i < 20; ++i) CHECK_FALSE(is_refused(path));

  {
    const Mutilated cut(path);
    fs::resize_file(cut.path(), fs::file_size(path) - kPage);
    CHECK(is_refused(cut.path()));
  }
  std::mt19937 random(7);  // The damage is the same each time, the places looked at are not.
  int refused = 0;
  for (int round = 0; round < 10; ++round) {
    const Mutilated damaged(path);
    for (std::size_t page = 2; page < damaged.pages(); ++page) {
      if (random() % 5 == 0) damaged.overwrite(page);
    }
    refused += is_refused(damaged.path()) ? 1 : 0;
  }
  CHECK(refused ==
        10);  // A fifth of the pages: not to meet one in fifty places has a chance of 1e-5.
}

TEST_CASE("a read that the disk fails is not reported as damage, and passes with the fault") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  std::atomic<bool> fails = false;
  FaultyDisk disk;
  disk.before_read = [&] { return fails ? SQLITE_IOERR_CORRUPTFS : SQLITE_OK; };
  {
    SqliteOptions options = options_for(path);
    options.cache_bytes = 0;
    const auto repository = open_store(options);
    for (int i = 0; i < 20; ++i) {
      store(*repository, {thing("r" + std::to_string(i), {{"text", std::string(3'000, 'x')}})});
    }
    fails = true;
    const auto read = repository->query(
        all_things(), {}, [](const RecordView&) {}, kNoDeadline);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::unavailable);
    CHECK(read.error().detail.find("backup") == std::string::npos);
    fails = false;
    CHECK(ids_of(*repository, all_things()).size() == 20);
    fails = true;
  }
  const Error error = open_error(options_for(path));
  CHECK(error.code == ErrorCode::unavailable);
  fails = false;
  CHECK(ids_of(*open_store(path), all_things()).size() == 20);
}

}  // namespace
}  // namespace dropzone::sqlite
