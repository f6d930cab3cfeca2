#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "db/connection.h"
#include "db/schema.h"
#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

constexpr int kMany = 3'000;  // More than are dropped at once.

std::string id_of(int number) {
  std::string digits = std::to_string(number);
  return "r" + std::string(6 - digits.size(), '0') + digits;
}

void store_many(RecordRepository& repository) {
  std::vector<Write> writes;
  for (int i = 0; i < kMany; ++i) writes.push_back(thing(id_of(i), {{"n", i % 10}, {"m", i}}));
  store(repository, std::move(writes));
}

void declare(RecordRepository& repository, Array indexes) {
  const auto declared = repository.declare(things(std::move(indexes)), kNoDeadline);
  if (!declared) FAIL("declare: " << declared.error().detail);
}

void finish_builds(RecordRepository& repository) {
  while (!repository.builds().empty()) std::this_thread::yield();
}

std::size_t count_of(RecordRepository& repository, Filter filter) {
  const auto counted = repository.aggregate(
      {.kind = "things", .filter = std::move(filter), .count = true, .sums = {}, .averages = {}},
      kNoDeadline);
  if (!counted) FAIL("aggregate: " << counted.error().detail);
  return static_cast<std::size_t>(*counted->count);
}

// The same without any index: the other part of the filter has none.
std::size_t count_of_scanned(RecordRepository& repository, Filter filter) {
  return count_of(repository, {Filter::Or{{std::move(filter), where("none", Operator::equal, 1)}}});
}

SqliteOptions in_small_pieces(const std::filesystem::path& path, Array indexes = {}) {
  SqliteOptions options = options_for(path, std::move(indexes));
  options.build_records = 20;
  return options;
}

// What the closed store's file says of its indexes: field, where it is built to, and entries.
struct IndexInFile {
  std::string field;
  std::string built_to;
  std::int64_t built = 0;
  bool complete = false;
  std::int64_t entries = 0;
};

std::vector<IndexInFile> indexes_in(const std::filesystem::path& path) {
  auto connection = Connection::open({path, Connection::Mode::read_write, std::size_t{1} << 20});
  REQUIRE(connection);
  (*connection)->keep_log(true);
  auto rows = (*connection)->prepare("SELECT number, field, built_to, built FROM indexes");
  REQUIRE(rows);
  std::vector<IndexInFile> indexes;
  while (rows->step() == Step::row) {
    const auto entries =
        (*connection)
            ->integer("SELECT count(*) FROM entries_" + std::to_string(rows->integer(0)), 0);
    REQUIRE(entries);
    indexes.push_back({std::string(rows->bytes(1)), std::string(rows->bytes(2)), rows->integer(3),
                       rows->is_null(2), *entries});
  }
  return indexes;
}

// While the store is open.
void wait_until_dropped(const std::filesystem::path& path) {
  auto connection = Connection::open({path, Connection::Mode::read_only, std::size_t{1} << 20});
  REQUIRE(connection);
  while (*(*connection)->integer("SELECT count(*) FROM indexes WHERE kind = 0", 0) > 0) {
    std::this_thread::yield();
  }
}

TEST_CASE("an index that is declared while the store is open is built, and then it is used") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  {
    const auto repository = open_store(in_small_pieces(path));
    store_many(*repository);
    declare(*repository, {"n", "m"});
    CHECK(count_of(*repository, where("n", Operator::equal, 3)) == kMany / 10);
    finish_builds(*repository);
    CHECK(count_of(*repository, where("n", Operator::equal, 3)) == kMany / 10);
    CHECK(count_of(*repository, where("m", Operator::less, 30)) == 30);
  }
  const auto indexes = indexes_in(path);
  REQUIRE(indexes.size() == 2);
  for (const IndexInFile& index : indexes) {
    CHECK(index.complete);
    CHECK(index.entries == kMany);
  }
}

TEST_CASE("records that are replaced and erased while an index is built are in it as they are") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  {
    const auto repository = open_store(in_small_pieces(path));
    store_many(*repository);
    declare(*repository, {"n"});
    int round = 0;
    for (; !repository->builds().empty() || round < 10; ++round) {
      const int first = (round * 37) % kMany;
      std::vector<Write> writes;
      for (const int i : {first, kMany - 1 - first}) {
        writes.push_back(thing(id_of(i), {{"n", Array{100 + round, 3}}}));
        writes.back().if_exists = IfExists::replace;
      }
      REQUIRE(repository->write(std::move(writes), Atomicity::atomic, kNoDeadline));
      const std::vector<Erase> erases{{.id = id_of((first + 5) % kMany)},
                                      {.id = id_of((kMany - 7 - first % 100))}};
      REQUIRE(repository->erase("things", erases, kNoDeadline));
    }
    CHECK(round >= 10);
    for (int i = 90; i < 100 + round; i += 7) {
      const Value value = i < 100 ? 3 : i;
      CHECK(count_of(*repository, where("n", Operator::equal, value)) ==
            count_of_scanned(*repository, where("n", Operator::equal, value)));
    }
  }
  // An index that is filled from all records at once has the same entries.
  const auto online = indexes_in(path);
  REQUIRE(online.size() == 1);
  CHECK(online[0].complete);
  open_store(path, {});
  open_store(path, {"n"});
  const auto sorted = indexes_in(path);
  REQUIRE(sorted.size() == 1);
  CHECK(online[0].entries == sorted[0].entries);
}

TEST_CASE("a build that is killed goes on when the store is opened again") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  store_many(*open_store(path));
  constexpr std::int64_t kBuiltBefore = 200;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto opened = SqliteRecordRepository::open(in_small_pieces(path));
    if (!opened || !(*opened)->declare(things({"n"}), kNoDeadline)) _exit(1);
    while (true) {
      const auto builds = (*opened)->builds();
      if (builds.empty()) _exit(2);
      if (builds[0].done >= kBuiltBefore) kill(getpid(), SIGKILL);
    }
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));

  const auto left = indexes_in(path);
  REQUIRE(left.size() == 1);
  CHECK_FALSE(left[0].complete);
  CHECK(left[0].built >= kBuiltBefore);
  CHECK(left[0].built == left[0].entries);
  {
    const auto repository = open_store(in_small_pieces(path, {"n"}));
    store(*repository, {thing("a", {{"n", 3}}), thing("z", {{"n", 3}})});
    CHECK(count_of(*repository, where("n", Operator::equal, 3)) == kMany / 10 + 2);
    finish_builds(*repository);
    CHECK(count_of(*repository, where("n", Operator::equal, 3)) == kMany / 10 + 2);
  }
  const auto indexes = indexes_in(path);
  REQUIRE(indexes.size() == 1);
  CHECK(indexes[0].complete);
  CHECK(indexes[0].entries == kMany + 2);
}

TEST_CASE(
    "an index that is not declared any more is dropped, also if it is declared again at once") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  {
    const auto repository = open_store(path, {"n", "m"});
    store_many(*repository);
    declare(*repository, {"n"});
    CHECK(count_of(*repository, where("m", Operator::less, 30)) == 30);
    declare(*repository, {"n", "m"});
    finish_builds(*repository);
    CHECK(count_of(*repository, where("m", Operator::less, 30)) == 30);
    wait_until_dropped(path);
  }
  const auto indexes = indexes_in(path);
  REQUIRE(indexes.size() == 2);
  for (const IndexInFile& index : indexes) {
    CHECK(index.complete);
    CHECK(index.entries == kMany);
  }
}

TEST_CASE("a drop that was interrupted goes on when the store is opened again") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  store_many(*open_store(path, {"n", "m"}));
  {
    auto connection = Connection::open({path, Connection::Mode::read_write, std::size_t{1} << 20});
    REQUIRE(connection);
    REQUIRE((*connection)
                ->execute("UPDATE indexes SET kind = 0, field = CAST(number AS TEXT)"
                          " WHERE field = 'm'"));
  }
  {
    const auto repository = open_store(path, {"n"});
    wait_until_dropped(path);
    CHECK(count_of(*repository, where("m", Operator::less, 30)) == 30);
  }
  CHECK(indexes_in(path).size() == 1);
}

TEST_CASE("a kind with a retention has an index of when its records were created") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  const auto created = [](Write write, std::int64_t micros) {
    write.meta.created_at = {micros};
    return write;
  };
  const auto kept = [] {
    auto kind = Kind::parse(Object{{"name", "things"}, {"version", 1}, {"retention", "1d"}},
                            StepRegistry::with_core_steps());
    if (!kind) FAIL(kind.error().detail);
    return std::make_shared<const Kind>(*std::move(kind));
  }();
  {
    const auto repository = open_store(path);
    store(*repository, {created(thing("b", {}), 10), created(thing("a", {}), 20)});
    REQUIRE(repository->declare(kept, kNoDeadline));
    store(*repository, {created(thing("c", {}), 15)});
    Write replacement = created(thing("b", {{"n", 1}}), 99);
    replacement.if_exists = IfExists::replace;
    REQUIRE(repository->write({replacement}, Atomicity::partial, kNoDeadline));
    finish_builds(*repository);
    Query oldest = all_things(where("_meta.createdAt", Operator::less_or_equal, Timestamp{15}));
    oldest.order = {{*FieldPath::parse("_meta.createdAt"), false}};
    CHECK(ids_of(*repository, oldest) == std::vector<std::string>{"b", "c"});
    const std::vector<Erase> erases{{.id = "b"}};
    REQUIRE(repository->erase("things", erases, kNoDeadline));
    CHECK(ids_of(*repository, oldest) == std::vector<std::string>{"c"});
  }
  const auto indexes = indexes_in(path);
  REQUIRE(indexes.size() == 1);
  CHECK(indexes[0].field == "_meta.createdAt");
  CHECK(indexes[0].complete);
  CHECK(indexes[0].entries == 2);
}

}  // namespace
}  // namespace dropzone::sqlite
