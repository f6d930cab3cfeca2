#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include <dropzone/sqlite/sqlite_record_repository.h>

#include "forgetful_disk.h"
#include "ledger.h"
#include "storm.h"
#include "storm_kind.h"
#include "support/temporary_directory.h"

namespace dropzone::durability {
namespace {

namespace fs = std::filesystem;

enum class Disk : std::uint8_t { sound, forgetful, failing };

// DROPZONE_KILL_ROUNDS makes the tests longer.
int rounds() {
  const char* text = std::getenv("DROPZONE_KILL_ROUNDS");
  return text ? std::atoi(text) : 8;
}

// Reads the promises until the storm is over.
void listen(int descriptor, Ledger& ledger) {
  std::string rest;
  char buffer[65'536];
  for (ssize_t count; (count = read(descriptor, buffer, sizeof buffer)) > 0;) {
    rest.append(buffer, static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (std::size_t end; (end = rest.find('\n', begin)) != rest.npos; begin = end + 1) {
      ledger.add(std::string_view(rest).substr(begin, end - begin));
    }
    rest.erase(0, begin);
  }
  close(descriptor);
}

// Lets a process write for so long, kills it, and adds what it was promised to the ledger.
void storm_and_kill(const fs::path& path, int round, Disk disk, std::chrono::milliseconds duration,
                    Ledger& ledger) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    if (disk != Disk::sound) {
      forget_what_is_not_synced(static_cast<unsigned>(round), disk == Disk::failing);
    }
    run_storm(path, round, ends[1], disk == Disk::failing);
    _exit(5);
  }
  REQUIRE(child > 0);
  close(ends[1]);
  std::thread listener([&] { listen(ends[0], ledger); });
  std::this_thread::sleep_for(duration);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  listener.join();
  // Ended before by itself, it would have been for a fault.
  REQUIRE(WIFSIGNALED(status));
}

void survive_kills(Disk disk) {
  const test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  std::mt19937 random(std::random_device{}());
  Ledger ledger;
  for (int round = 0; round < rounds(); ++round) {
    const std::chrono::milliseconds duration(50 + static_cast<int>(random() % 400));
    storm_and_kill(path, round, disk, duration, ledger);
    auto repository = sqlite::SqliteRecordRepository::open({.path = path, .kinds = {storm_kind()}});
    if (!repository) FAIL("round " << round << ": " << repository.error().detail);
    const std::string fault = ledger.check(**repository);
    INFO("round " << round);
    REQUIRE(fault == "");
  }
  WARN(rounds() << " kills, " << ledger.promises() << " promises kept");
  CHECK(ledger.promises() > 0);
}

TEST_CASE("after kill -9 every confirmed record is there, batches whole, replacements unmixed") {
  survive_kills(Disk::sound);
}

TEST_CASE("so it is after a power cut, which loses what was written and not synced") {
  survive_kills(Disk::forgetful);
}

TEST_CASE("so it is after power cuts of a disk that fails to write, to truncate and to sync") {
  survive_kills(Disk::failing);
}

}  // namespace
}  // namespace dropzone::durability
