#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/call/memory_account.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/store/idempotent_store.h>
#include <dropzone/store/record_history.h>
#include <dropzone/store/retention.h>

#include "support/hooked_repository.h"
#include "support/set_clock.h"

namespace dropzone {
namespace {

Result<Kind> kind_with_history(Value history) {
  return Kind::parse(Object{{"name", "numbers"}, {"history", std::move(history)}},
                     StepRegistry::with_core_steps());
}

KindCatalog numbers_with_history(Value history) {
  std::vector<Kind> kinds;
  kinds.push_back(*kind_with_history(std::move(history)));
  return *KindCatalog::of(std::move(kinds));
}

/// A store in memory whose calls can be held up, with the kind "numbers".
struct KeptNumbers {
  explicit KeptNumbers(Value bound = 5)
      : zone({.repository = repository, .clock = clock, .ids = ids, .digest = &digest},
             numbers_with_history(std::move(bound))) {}

  static StoreRequest request_of(const std::vector<std::string>& originals, Atomicity atomicity) {
    StoreRequest request{
        .kind = "numbers", .records = {}, .if_exists = IfExists::replace, .atomicity = atomicity};
    for (const std::string& original : originals) {
      request.records.push_back(std::move(json::decode_ndjson(original, {})->front()));
    }
    return request;
  }

  Result<StoreReport> try_to_store(const std::vector<std::string>& originals,
                                   const CallOptions& options = kNoDeadline) {
    return zone.store(request_of(originals, Atomicity::partial), options);
  }

  void store(const std::vector<std::string>& originals) { REQUIRE(try_to_store(originals)); }

  Result<KeyedReport> store_under_key(const std::vector<std::string>& originals,
                                      Atomicity atomicity) {
    return idempotent.store(request_of(originals, atomicity), {.text = "key"}, kNoDeadline);
  }

  std::vector<std::string> originals(const std::string& id) {
    std::vector<std::string> found;
    const auto keep = [&](const HistoryEntry& entry) { found.emplace_back(entry.original); };
    REQUIRE(history.page("numbers", id, 100, 1'000'000, std::nullopt, keep, kNoDeadline));
    return found;
  }

  std::size_t count(std::string_view kind) {
    Query query;
    query.kind = kind;
    query.limit = 1'000;
    std::size_t records = 0;
    REQUIRE(repository.query(
        query, {}, [&](const RecordView&) { ++records; }, kNoDeadline));
    return records;
  }

  test::HookedRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  crypto::OpensslDigest digest;
  json::JsonDocumentDecoder documents;
  DropZone zone;
  RecordHistory history{{.zone = zone, .documents = documents}};
  IdempotentStore idempotent{{.zone = zone, .decode = json::decode_definition}};
};

using Texts = std::vector<std::string>;

const std::string kA1 = R"({"_id":"a","n":1})";
const std::string kA2 = R"({"_id":"a","n":2})";
const std::string kA3 = R"({"_id":"a","n":3})";
const std::string kB1 = R"({"_id":"b","n":1})";
const std::string kB2 = R"({"_id":"b","n":2})";

/// A hook that does something the first time.
auto first_time(std::function<void()> work) {
  const auto left = std::make_shared<std::function<void()>>(std::move(work));
  return [left](const auto&...) {
    if (const auto now = std::exchange(*left, nullptr)) now();
  };
}

}  // namespace

TEST_CASE("a kind says how many originals it keeps, or for how long") {
  CHECK_FALSE(Kind::parse(Object{{"name", "numbers"}}, StepRegistry::with_core_steps())->history());
  CHECK(kind_with_history(10)->history()->entries == 10);
  CHECK(kind_with_history("90d")->history()->age == std::chrono::hours(90 * 24));
  CHECK(kind_with_history(1'000)->history()->age == std::nullopt);
  for (const Value& wrong : {Value(0), Value(1'001), Value(-1), Value(1.5), Value("10"), Value("d"),
                             Value("36501d"), Value(true), Value(), Value(Array{1})}) {
    const auto kind = kind_with_history(wrong);
    REQUIRE_FALSE(kind);
    CHECK(kind.error().code == ErrorCode::invalid_configuration);
    CHECK(kind.error().pointer == "/history");
  }
}

TEST_CASE("a kind that gets another history stays the version that it is") {
  const auto kind = kind_with_history(10);
  CHECK(kind->transforms_like(*kind_with_history("1d")));
}

TEST_CASE("who was overtaken after reading keeps what the other one wrote") {
  KeptNumbers numbers;
  numbers.store({kA1, kB1});
  numbers.repository.before_write = first_time([&] { numbers.store({kA2}); });
  const auto report = numbers.try_to_store({kB2, kA3});
  REQUIRE(report);
  CHECK(report->replaced == 2);
  CHECK(numbers.originals("a") == Texts{kA2, kA1});
  CHECK(numbers.originals("b") == Texts{kB1});
  numbers.repository.before_write = first_time([&] { numbers.store({kA2}); });
  CHECK(numbers.zone.remove("numbers", Texts{"a"}, kNoDeadline)->deleted == 1);
  CHECK(numbers.originals("a") == Texts{kA2, kA3, kA2, kA1});
}

TEST_CASE("who was overtaken under a key keeps what the other one wrote, once") {
  KeptNumbers numbers;
  const auto atomicity = GENERATE(Atomicity::partial, Atomicity::atomic);
  numbers.store({kA1, kB1});
  numbers.repository.before_receipted = first_time([&] { numbers.store({kA2}); });
  const auto report = numbers.store_under_key({kB2, kA3}, atomicity);
  REQUIRE(report);
  CHECK(report->report.replaced == 2);
  CHECK(numbers.originals("a") == Texts{kA2, kA1});
  CHECK(numbers.originals("b") == Texts{kB1});
  CHECK(numbers.store_under_key({kB2, kA3}, atomicity)->replayed);
  CHECK(numbers.originals("a") == Texts{kA2, kA1});
}

TEST_CASE("a record that is created or deleted between reading and writing is still kept") {
  KeptNumbers numbers;
  numbers.repository.before_write = first_time([&] { numbers.store({kA1}); });
  CHECK(numbers.try_to_store({kA2})->replaced == 1);
  CHECK(numbers.originals("a") == Texts{kA1});
  numbers.repository.before_write =
      first_time([&] { REQUIRE(numbers.zone.remove("numbers", Texts{"a"}, kNoDeadline)); });
  CHECK(numbers.try_to_store({kA3})->stored == 1);
  CHECK(numbers.originals("a") == Texts{kA2, kA1});
  numbers.repository.before_write =
      first_time([&] { REQUIRE(numbers.zone.remove("numbers", Texts{"a"}, kNoDeadline)); });
  CHECK(numbers.zone.remove("numbers", Texts{"a"}, kNoDeadline)->missing == Texts{"a"});
  CHECK(numbers.originals("a").size() == 3);
}

TEST_CASE("a batch of more records than are read at once keeps each") {
  KeptNumbers numbers;
  std::vector<std::string> before;
  std::vector<std::string> after;
  for (int i = 0; i < 1'201; ++i) {
    const std::string id = R"({"_id":"r)" + std::to_string(i) + "\"";
    before.push_back(id + "}");
    after.push_back(id + ",\"n\":1}");
  }
  numbers.store(before);
  CHECK(numbers.try_to_store(after)->replaced == 1'201);
  CHECK(numbers.originals("r0") == Texts{before[0]});
  CHECK(numbers.originals("r1200") == Texts{before[1'200]});
  CHECK(numbers.store_under_key(before, Atomicity::partial)->report.replaced == 1'201);
  CHECK(numbers.originals("r700") == Texts{after[700], before[700]});
}

TEST_CASE("what is read to be kept is on the request's account of memory") {
  KeptNumbers numbers;
  const std::string large = R"({"_id":"a","t":")" + std::string(100'000, 'x') + "\"}";
  numbers.store({large});
  MemoryBudget budget(100'000);
  CallOptions options;
  options.memory = std::make_shared<MemoryAccount>(budget);
  CHECK(numbers.try_to_store({kA2}, options).error().code == ErrorCode::overloaded);
  CHECK(budget.used() < 10'000);
  CHECK(numbers.count(kHistoryKind) == 0);
  MemoryBudget enough(1'000'000);
  options.memory = std::make_shared<MemoryAccount>(enough);
  CHECK(numbers.try_to_store({kA2}, options));
  CHECK(enough.used() < 10'000);
}

TEST_CASE("entries with an age are erased after it, and at last what numbers them") {
  KeptNumbers numbers("10s");
  Retention retention({.repository = numbers.repository, .clock = numbers.clock, .kinds = [&] {
                         return retentions_of(*numbers.zone.kinds());
                       }});
  const auto sweep = [&](std::chrono::seconds later) {
    numbers.clock.time.micros += std::chrono::microseconds(later).count();
    while (*retention.sweep(kNoDeadline)) {
    }
    return numbers.count(kHistoryKind);
  };
  numbers.store({kA1});
  numbers.store({kA2});
  CHECK(sweep(std::chrono::seconds(6)) == 1 + 1);
  numbers.store({kA3});
  CHECK(sweep(std::chrono::seconds(6)) == 1 + 1);
  CHECK(sweep(std::chrono::seconds(6)) == 1);
  numbers.store({kA1});
  CHECK(numbers.history
            .page(
                "numbers", "a", 1, 1'000, std::nullopt,
                [](const HistoryEntry& entry) { CHECK(entry.number == 3); }, kNoDeadline)
            .has_value());
  CHECK(sweep(std::chrono::hours(49)) == 0);
  CHECK(numbers.count("numbers") == 1);
}

TEST_CASE("a deletion with the history that was interrupted is ended by its repetition") {
  KeptNumbers numbers;
  numbers.store({kA1});
  numbers.store({kA2});
  numbers.store({kA3});
  int calls_left = GENERATE(1, 2);
  numbers.repository.before_erase = [&]() -> std::optional<Error> {
    if (calls_left-- > 0) return std::nullopt;
    return Error{ErrorCode::unavailable, "The store is gone."};
  };
  CHECK_FALSE(numbers.history.forget("numbers", "a", std::nullopt, kNoDeadline));
  CHECK(numbers.count(kHistoryKind) > 0);
  numbers.repository.before_erase = [] { return std::nullopt; };
  CHECK(numbers.history.forget("numbers", "a", std::nullopt, kNoDeadline)->entries == 2);
  CHECK(numbers.count(kHistoryKind) == 0);
}

TEST_CASE("without a digest no original is replaced unkept") {
  test::HookedRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  DropZone zone({.repository = repository, .clock = clock, .ids = ids}, numbers_with_history(5));
  const auto report = zone.store(KeptNumbers::request_of({kA1}, Atomicity::partial), kNoDeadline);
  CHECK(report.error().code == ErrorCode::internal);
}

}  // namespace dropzone
