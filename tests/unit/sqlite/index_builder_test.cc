#include <catch2/catch.hpp>

#include "store_testing.h"
#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

TEST_CASE("an index that is newly declared is built from the records there are") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  {
    const auto repository = open_store(path);
    store(*repository, {thing("a", {{"n", 1}}), thing("b", {{"n", Array{1, 2, 1}}}),
                        thing("c", {{"n", Timestamp{5}}}), thing("d", {{"m", 1}}),
                        thing("e", {{"n", 1}, {"long", std::string(5'000, 'x')}})});
  }
  std::vector<std::string> reports;
  SqliteOptions options = options_for(path, {"n"});
  options.index_progress = [&](std::string_view kind, std::string_view field, std::int64_t done,
                               std::int64_t total) {
    reports.push_back(std::string(kind) + ' ' + std::string(field) + ' ' + std::to_string(done) +
                      '/' + std::to_string(total));
  };
  const auto repository = open_store(std::move(options));
  CHECK(reports == std::vector<std::string>{"things n 0/5"});
  const auto found = [&](Filter filter) {
    return ids_of(*repository, all_things(std::move(filter)));
  };
  using Ids = std::vector<std::string>;
  CHECK(found(where("n", Operator::equal, 1)) == Ids{"a", "b", "e"});
  CHECK(found(where("n", Operator::equal, Timestamp{5})) == Ids{"c"});
  CHECK(found({Filter::And{{where("n", Operator::greater, 1), where("n", Operator::less, 2)}}}) ==
        Ids{"b"});
  Query sorted = all_things();
  sorted.order = {{*FieldPath::parse("n"), true}};
  CHECK(ids_of(*repository, sorted) == Ids{"e", "a", "c"});
}

TEST_CASE("an index that is no longer declared goes, and comes back with what changed meanwhile") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  {
    const auto repository = open_store(path, {"n", "m"});
    store(*repository, {thing("a", {{"n", 1}, {"m", 1}})});
  }
  {
    const auto repository = open_store(path, {"m"});
    Write write = thing("a", {{"n", 2}, {"m", 2}});
    write.if_exists = IfExists::replace;
    REQUIRE(repository->write({write}, Atomicity::partial, kNoDeadline));
    store(*repository, {thing("b", {{"n", 1}})});
  }
  const auto repository = open_store(path, {"n"});
  CHECK(ids_of(*repository, all_things(where("n", Operator::equal, 1))) ==
        std::vector<std::string>{"b"});
  CHECK(ids_of(*repository, all_things(where("m", Operator::equal, 2))) ==
        std::vector<std::string>{"a"});
}

TEST_CASE("a store keeps its records, counts and texts when it is opened again") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  Write write = thing("a", {{"when", Timestamp{7}}, {"n", 1}});
  write.meta.pipeline = "things@7";
  write.meta.sha256 = Sha256{1};
  {
    const auto repository = open_store(path, {"n"});
    store(*repository, {write, thing("b", {})});
  }
  const auto repository = open_store(path, {"n"});
  const std::vector<std::string> ids{"a"};
  std::optional<RecordMeta> meta;
  REQUIRE(repository->find(
      "things", ids, {.meta = true}, [&](const RecordView& view) { meta = *view.meta; },
      kNoDeadline));
  CHECK(meta == write.meta);
  CHECK(ids_of(*repository, all_things(where("when", Operator::equal, Timestamp{7}))) == ids);
  const auto count = repository->aggregate(
      {.kind = "things", .filter = {}, .count = true, .sums = {}, .averages = {}}, kNoDeadline);
  REQUIRE(count);
  CHECK(count->count == 2);
}

TEST_CASE("texts that cannot be shared any more are kept with their records") {
  test::TemporaryDirectory directory;
  const auto path = directory.path() / "store.db";
  constexpr int kTexts = 1'100;
  const auto pipeline_of = [](int i) { return "pipeline-" + std::to_string(i) + "@1"; };
  {
    const auto repository = open_store(path);
    std::vector<Write> writes;
    for (int i = 0; i < kTexts; ++i) {
      const std::string number = std::to_string(i);
      writes.push_back(thing(number, {{"n" + number, Timestamp{i}}}));
      writes.back().meta.pipeline = pipeline_of(i);
    }
    store(*repository, std::move(writes));
  }
  const auto repository = open_store(path);
  for (const int i : {0, 400, kTexts - 1}) {
    const std::vector<std::string> ids{std::to_string(i)};
    std::string pipeline;
    REQUIRE(repository->find(
        "things", ids, {.meta = true},
        [&](const RecordView& view) { pipeline = view.meta->pipeline; }, kNoDeadline));
    CHECK(pipeline == pipeline_of(i));
    CHECK(ids_of(*repository, all_things(where("n" + ids[0], Operator::equal, Timestamp{i}))) ==
          ids);
  }
}

}  // namespace
}  // namespace dropzone::sqlite
