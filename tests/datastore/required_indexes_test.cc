// On an emulator that demands indexes as production does, deploy/index.yaml suffices for the kinds
// that are shipped. Google documents --require-indexes and --index-file for its newer emulators.
// Version 1.19.9 of gcloud 528 does not have them: neither `gcloud emulators firestore start
// --help` nor the jar's own --help names them, none of its classes has such an option (nor an index
// file's name), and it ignores options that it does not know. The test is skipped there;
// required_indexes.test.mjs asks the older Datastore emulator, which has --require_indexes,
// instead.
#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/datastore/datastore_record_repository.h>
#include <dropzone/query/cursor_codec.h>
#include <dropzone/value/json_text.h>

namespace dropzone::datastore {
namespace {

std::unique_ptr<RecordRepository> open_with_records() {
  auto options = DatastoreOptions::parse("indexes/n" + std::to_string(std::random_device()()));
  REQUIRE(options);
  auto opened = open_datastore(*std::move(options));
  REQUIRE(opened);
  std::vector<Write> writes;
  for (int i = 0; i < 5; ++i) {
    Write write;
    write.kind = "measurements";
    write.id = "r" + std::to_string(i);
    write.data = Object{{"timeUTC", Value(Timestamp{1'000'000 * i})},
                        {"mean", Value(i + 0.5)},
                        {"stdev", Value(std::int64_t{i})}};
    write.data_json = write.original = to_json(write.data);
    write.meta.version = write.id;
    write.meta.pipeline = "measurements@1";
    writes.push_back(std::move(write));
  }
  REQUIRE((*opened)->write(std::move(writes), Atomicity::partial, kNoDeadline));
  return *std::move(opened);
}

using Fields = std::vector<std::pair<std::string, Value>>;

TEST_CASE("a filter on one declared field and an order by another find their index") {
  const auto repository = open_with_records();
  const Fields fields{
      {"timeUTC", Value(Timestamp{0})}, {"mean", Value(0.5)}, {"stdev", Value(std::int64_t{0})}};
  const auto [filtered, least] = GENERATE_COPY(from_range(fields));
  const std::string ordered = GENERATE(as<std::string>{}, "timeUTC", "mean", "stdev");
  const bool descending = GENERATE(false, true);
  const Operator op = GENERATE(Operator::equal, Operator::greater_or_equal);

  Query query;
  query.kind = "measurements";
  query.filter = {Condition{FieldPath::parse(filtered).value(), op, least}};
  query.order = {{FieldPath::parse(ordered).value(), descending}};
  query.limit = 10;
  INFO(query_identity(query));
  std::size_t found = 0;
  const auto page = repository->query(
      query, {}, [&](const RecordView&) { ++found; }, kNoDeadline);
  if (!page) FAIL(page.error().detail);
  CHECK(found == (op == Operator::equal ? 1U : 5U));
}

}  // namespace
}  // namespace dropzone::datastore
