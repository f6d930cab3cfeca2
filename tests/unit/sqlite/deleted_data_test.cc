// What was deleted or replaced is found nowhere: see docs/operations.md.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <thread>

#include "db/connection.h"
#include "dropzone/sqlite/backup.h"
#include "dropzone/sqlite/compact.h"
#include "store_testing.h"
#include "support/eventually.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSecret = "SECRET-";
constexpr std::size_t kDigits = 6;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The numbers that stand behind the word, wherever it is.
std::set<std::string> secrets_in(const fs::path& path) {
  const std::string content = content_of(path);
  std::set<std::string> found;
  for (auto at = content.find(kSecret); at != content.npos; at = content.find(kSecret, at + 1)) {
    found.insert(content.substr(at + kSecret.size(), kDigits));
  }
  return found;
}

std::string number(int i) {
  std::string digits = std::to_string(i);
  return std::string(kDigits - digits.size(), '0') + digits;
}

/// Records with a secret each in their id, their data, their original and an index, of all sizes.
class Secrets {
 public:
  explicit Secrets(RecordRepository& repository) : repository_(repository) {}

  void store(int count) {
    std::vector<Write> writes;
    for (int i = 0; i < count; ++i) writes.push_back(with_secret(i));
    std::ranges::shuffle(writes, random_);
    for (std::size_t begin = 0; begin < writes.size(); begin += 50) {
      const auto end = std::min(writes.size(), begin + 50);
      sqlite::store(repository_, {writes.begin() + static_cast<std::ptrdiff_t>(begin),
                                  writes.begin() + static_cast<std::ptrdiff_t>(end)});
    }
  }

  // Of three, one is deleted and one is replaced.
  void forget(int count) {
    std::vector<Erase> erases;
    std::vector<Write> replacements;
    for (int i = 0; i < count; ++i) {
      if (i % 3 == 0) erases.push_back({.id = id_of(i), .if_version = std::nullopt});
      if (i % 3 == 1) {
        replacements.push_back(thing(id_of(i), {{"n", "nothing"}}));
        replacements.back().if_exists = IfExists::replace;
      }
    }
    std::ranges::shuffle(erases, random_);
    const auto erased = repository_.erase("things", erases, kNoDeadline);
    REQUIRE(erased);
    CHECK(std::ranges::count(*erased, EraseStatus::erased) ==
          static_cast<std::ptrdiff_t>(erases.size()));
    REQUIRE(repository_.write(std::move(replacements), Atomicity::partial, kNoDeadline));
  }

  // Those that are there yet.
  static std::set<std::string> kept(int count) {
    std::set<std::string> numbers;
    for (int i = 2; i < count; i += 3) numbers.insert(number(i));
    return numbers;
  }

 private:
  static std::string id_of(int i) { return "id-" + std::to_string(i * 7'919L % 100'003); }

  Write with_secret(int i) {
    const std::string secret = std::string(kSecret) + number(i);
    const bool is_large = i % 40 == 0;
    auto size = std::uniform_int_distribution<std::size_t>(0, is_large ? 20'000 : 500);
    Write write = thing(id_of(i), {{"n", secret}, {"text", std::string(size(random_), 'x')}});
    write.original =
        R"({"n": ")" + secret + R"(", "more": ")" + std::string(size(random_), 'y') + R"("})";
    return write;
  }

  RecordRepository& repository_;
  std::minstd_rand random_{1};
};

constexpr int kRecords = 6'000;

TEST_CASE("what was deleted or replaced is soon neither in the file nor in the log") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  auto options = options_for(path, {"n"});
  options.idle = std::chrono::milliseconds(20);
  const auto repository = open_store(std::move(options));
  Secrets secrets(*repository);
  secrets.store(kRecords);
  secrets.forget(kRecords);

  const auto kept = Secrets::kept(kRecords);
  const auto found = [&] {
    auto numbers = secrets_in(path);
    numbers.merge(secrets_in(path.string() + "-wal"));
    return numbers;
  };
  CHECK(test::eventually([&] { return found() == kept; }));
  CHECK(found() == kept);
  CHECK(fs::file_size(path.string() + "-wal") < 100'000);
}

TEST_CASE("a store gives back the space of what was deleted, and its log is cut") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  auto options = options_for(path);
  options.idle = std::chrono::milliseconds(20);
  const auto repository = open_store(std::move(options));
  std::vector<Erase> erases;
  for (int i = 0; i < 3; ++i) {
    store(*repository, {thing(number(i), {{"text", std::string(4'000'000, 'x')}})});
    erases.push_back({.id = number(i), .if_version = std::nullopt});
  }
  store(*repository, {thing("stays", {{"text", std::string(100'000, 'x')}})});
  REQUIRE(repository->erase("things", erases, kNoDeadline));
  CHECK(test::eventually([&] { return fs::file_size(path) < 1'000'000; }));
  CHECK(test::eventually([&] { return fs::file_size(path.string() + "-wal") < 100'000; }));
  CHECK(ids_of(*repository, all_things()) == std::vector<std::string>{"stays"});
}

TEST_CASE("what was deleted before a crash is gone soon after the next start") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const fs::path crashed = directory.path() / "crashed.db";
  {
    const auto repository = open_store(path);
    Secrets secrets(*repository);
    secrets.store(300);
    secrets.forget(300);
    for (const char* suffix : {"", "-wal", "-lock"}) {
      fs::copy_file(path.string() + suffix, crashed.string() + suffix);
    }
  }
  CHECK(secrets_in(crashed.string() + "-wal").size() == 300);
  auto options = options_for(crashed, {});
  options.idle = std::chrono::milliseconds(20);
  const auto repository = open_store(std::move(options));
  CHECK(test::eventually([&] { return secrets_in(crashed.string() + "-wal").empty(); }));
  CHECK(test::eventually([&] { return secrets_in(crashed) == Secrets::kept(300); }));
}

TEST_CASE("a backup has nothing that was deleted, and is as large as what is there") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  const fs::path copy = directory.path() / "copy.db";
  const auto repository = open_store(path, {"n"});
  Secrets secrets(*repository);
  secrets.store(900);
  store(*repository, {thing("large", {{"text", std::string(4'000'000, 'x')}})});
  secrets.forget(900);
  const Erase large{.id = "large", .if_version = std::nullopt};
  REQUIRE(repository->erase("things", std::span(&large, 1), kNoDeadline));
  const auto copied = back_up(path, copy);
  if (!copied) FAIL(copied.error().detail + copied.error().cause);
  CHECK(secrets_in(copy) == Secrets::kept(900));
  CHECK(fs::file_size(copy) < 1'500'000);
  CHECK(ids_of(*open_store(copy), all_things()) == ids_of(*repository, all_things()));
}

// Such a file has been overwriting nothing, and keeps its free pages.
TEST_CASE(
    "compacting a store of an older version leaves nothing deleted, and gives it large pages") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  {
    auto made = Connection::open({.path = path});
    REQUIRE(made);
    REQUIRE(
        (*made)->execute("PRAGMA auto_vacuum = NONE; PRAGMA journal_mode = WAL; "
                         "CREATE TABLE t (x); DROP TABLE t"));
  }
  std::vector<std::string> warnings;
  auto options = options_for(path, {"n"});
  options.warn = [&](const std::string& text) { warnings.push_back(text); };
  {
    const auto repository = open_store(options);
    Secrets secrets(*repository);
    secrets.store(900);
    for (int i = 0; i < 5; ++i) {
      store(*repository, {thing(number(i), {{"text", std::string(8'000'000, 'x')}})});
    }
    secrets.forget(900);
    for (int i = 0; i < 5; ++i) {
      const Erase erase{.id = number(i), .if_version = std::nullopt};
      REQUIRE(repository->erase("things", std::span(&erase, 1), kNoDeadline));
    }
  }
  CHECK(fs::file_size(path) > 30'000'000);
  const auto ids = ids_of(*open_store(options), all_things());
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings.front(), Catch::Matchers::Contains("dropzone-server compact"));

  const auto compacted = compact(path);
  REQUIRE(compacted);
  CHECK(compacted->bytes_before > 30'000'000);
  CHECK(compacted->bytes_after == fs::file_size(path));
  CHECK(compacted->bytes_after < 1'500'000);
  for (const auto& entry : fs::directory_iterator(directory.path())) {
    CHECK(secrets_in(entry.path()).size() == (entry.path() == path ? 300 : 0));
  }
  CHECK(ids_of(*open_store(options), all_things()) == ids);
  CHECK(warnings.size() == 1);
  auto connection = Connection::open({.path = path});
  REQUIRE(connection);
  CHECK(*(*connection)->integer("PRAGMA page_size", 0) == 8'192);
}

TEST_CASE("a store that is open, or a file that is not a store, is not compacted") {
  test::TemporaryDirectory directory;
  const fs::path path = directory.path() / "store.db";
  CHECK(compact(path).error().code == ErrorCode::invalid_configuration);
  const auto repository = open_store(path);
  CHECK(compact(path).error().code == ErrorCode::store_locked);
}

}  // namespace
}  // namespace dropzone::sqlite
