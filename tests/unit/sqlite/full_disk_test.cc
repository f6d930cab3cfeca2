#include <sys/mount.h>

#include <catch2/catch.hpp>

#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

// A disk of a few megabytes, if this user can make one.
class SmallDisk {
 public:
  SmallDisk() { mounted_ = mount("tmpfs", path().c_str(), "tmpfs", 0, "size=4m") == 0; }
  ~SmallDisk() {
    if (mounted_) umount2(path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] const fs::path& path() const { return directory_.path(); }
  [[nodiscard]] bool possible() const { return mounted_; }
  /// Leaves not a byte.
  void fill() const {
    std::FILE* filler = std::fopen((path() / "filler").c_str(), "w");
    REQUIRE(filler);
    const std::string block(4'096, 'x');
    while (std::fwrite(block.data(), 1, block.size(), filler) == block.size() &&
           std::fflush(filler) == 0) {
    }
    std::fclose(filler);
  }
  void grow() { REQUIRE(mount(nullptr, path().c_str(), nullptr, MS_REMOUNT, "size=64m") == 0); }

 private:
  test::TemporaryDirectory directory_;
  bool mounted_ = false;
};

std::vector<Write> batch(int number) {
  std::vector<Write> writes;
  for (int i = 0; i < 20; ++i) {
    writes.push_back(thing(std::to_string(number) + "-" + std::to_string(i),
                           {{"n", i}, {"text", std::string(3'000, 'x')}}));
  }
  return writes;
}

TEST_CASE("a full disk is a clear error that loses nothing, until there is space again") {
  SmallDisk disk;
  if (!disk.possible()) {
    WARN("Skipped: this user cannot mount a small disk.");
    return;
  }
  const fs::path path = disk.path() / "store.db";
  std::vector<std::string> confirmed;
  {
    const auto repository = open_store(path, {"n"});
    int number = 0;
    std::optional<Error> failure;
    for (; number < 1'000 && !failure; ++number) {
      const Atomicity atomicity = number % 2 == 0 ? Atomicity::partial : Atomicity::atomic;
      const auto written = repository->write(batch(number), atomicity, kNoDeadline);
      if (!written) {
        failure = written.error();
      } else {
        for (const Write& write : batch(number)) confirmed.push_back(write.id);
      }
    }
    REQUIRE(failure);
    CHECK(failure->code == ErrorCode::store_full);
    CHECK_THAT(failure->cause, Catch::Contains("database or disk is full (13)"));
    CHECK_THAT(failure->detail, !Catch::Contains("(13)"));
    REQUIRE(confirmed.size() > 100);

    // Reads go on, and nothing of the failed batch is there.
    CHECK(ids_of(*repository, all_things()).size() == confirmed.size());

    // Small writes may still fit into the log; once none does, the repository says that it is ill.
    disk.fill();
    std::optional<Error> illness;
    for (int i = 0; i < 1'000 && !illness; ++i) {
      const std::string id = "small-" + std::to_string(i);
      const auto written = repository->write({thing(id, {})}, Atomicity::partial, kNoDeadline);
      if (written) confirmed.push_back(id);
      if (const auto health = repository->check(kNoDeadline); !health) illness = health.error();
    }
    REQUIRE(illness);
    CHECK(illness->code == ErrorCode::store_full);
    CHECK(ids_of(*repository, all_things()).size() == confirmed.size());

    disk.grow();
    CHECK(repository->check(kNoDeadline));
    store(*repository, batch(number));
    for (const Write& write : batch(number)) confirmed.push_back(write.id);
    CHECK(ids_of(*repository, all_things()).size() == confirmed.size());
  }
  const auto again = open_store(path, {"n"});
  CHECK(ids_of(*again, all_things()).size() == confirmed.size());
}

TEST_CASE("a disk without space for a new store is named as the fault") {
  SmallDisk disk;
  if (!disk.possible()) {
    WARN("Skipped: this user cannot mount a small disk.");
    return;
  }
  disk.fill();
  CHECK(open_error(options_for(disk.path() / "store.db")).code == ErrorCode::store_full);
}

}  // namespace
}  // namespace dropzone::sqlite
