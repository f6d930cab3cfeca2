// A request under a key is stored once, however often it is sent, and whatever happened before.
#include <catch2/catch.hpp>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/store/idempotent_store.h>
#include <dropzone/value/json_text.h>

#include "support/hooked_repository.h"
#include "support/set_clock.h"

namespace dropzone {
namespace {

using Statuses = std::string;

/// A kind whose records need a number "n".
KindCatalog catalog_of(std::int64_t version) {
  std::vector<Kind> kinds;
  kinds.push_back(
      Kind::parse(
          Object{{"name", "numbers"},
                 {"version", version},
                 {"pipeline",
                  Array{Object{{"require", Object{{"fields", Array{"n"}}}}},
                        Object{{"default", Object{{"field", "made"}, {"value", version}}}}}}},
          StepRegistry::with_core_steps())
          .value());
  return KindCatalog::of(std::move(kinds)).value();
}

struct Keyed {
  test::HookedRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  crypto::OpensslDigest digest;
  DropZone zone{{.repository = repository, .clock = clock, .ids = ids, .digest = &digest},
                catalog_of(1)};
  IdempotentStore store{
      {.zone = zone,
       .decode = json::decode_definition,
       .past_kind = [](std::string_view name, std::int64_t version, const CallOptions&) {
         return catalog_of(version).find(name);
       }}};

  /// Sends objects under a key; those without "n" are refused.
  Result<KeyedReport> send(const std::string& key, const std::vector<Object>& objects,
                           const std::string& principal = "ann",
                           Atomicity atomicity = Atomicity::partial) {
    StoreRequest request{.kind = "numbers", .records = {}, .atomicity = atomicity};
    std::string body;
    for (const Object& object : objects) {
      request.records.push_back({to_json(object), object});
      body += to_json(object);
    }
    CallOptions options;
    options.principal = principal;
    return store.store(std::move(request), {key, digest.sha256(body)}, options);
  }

  [[nodiscard]] std::vector<std::string> ids_of(const std::string& kind) {
    std::vector<std::string> found;
    REQUIRE(repository.query(
        {.kind = kind, .filter = {}, .order = {}, .after = {}, .limit = 10'000}, {},
        [&](const RecordView& view) { found.emplace_back(view.id); }, kNoDeadline));
    return found;
  }
};

std::vector<Object> numbers(int count) {
  std::vector<Object> objects;
  for (int i = 0; i < count; ++i) objects.push_back(Object{{"n", std::int64_t{i}}});
  return objects;
}

std::string shown(const StoreReport& report) {
  std::string text;
  for (const StoreResult& result : report.results) {
    text += std::string(status_name(result.status)) + ' ' + result.id + ' ' + result.data + ' ' +
            result.reject_id + ' ' + std::string(error_name(result.error.code)) + ' ' +
            result.error.pointer + '\n';
  }
  return text;
}

TEST_CASE("a repeated request under a key gets the same report, and stores nothing") {
  Keyed keyed;
  const auto atomicity = GENERATE(Atomicity::partial, Atomicity::atomic);
  std::vector<Object> objects{Object{{"_id", "mine"}, {"n", 1}}, Object{{"n", 2}}};
  if (atomicity == Atomicity::partial) {
    objects.push_back(Object{{"m", 3}});
    objects.push_back(Object{{"_id", "mine"}, {"n", 4}});
  }
  const auto first = keyed.send("k", objects, "ann", atomicity);
  REQUIRE(first);
  CHECK_FALSE(first->replayed);
  const auto records = keyed.ids_of("numbers");
  const auto rejects = keyed.ids_of(std::string(kRejectsKind));
  const auto again = keyed.send("k", objects, "ann", atomicity);
  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(shown(again->report) == shown(first->report));
  CHECK(again->report.stored == first->report.stored);
  CHECK(again->report.rejected == first->report.rejected);
  CHECK(keyed.ids_of("numbers") == records);
  CHECK(keyed.ids_of(std::string(kRejectsKind)) == rejects);
}

TEST_CASE("an atomic request that was refused under a key stays refused") {
  Keyed keyed;
  const std::vector<Object> objects{Object{{"n", 1}}, Object{{"m", 2}}};
  const auto first = keyed.send("k", objects, "ann", Atomicity::atomic);
  REQUIRE(first);
  CHECK(first->report.rejected == 1);
  const auto again = keyed.send("k", objects, "ann", Atomicity::atomic);
  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(again->report.rejected == 1);
  CHECK(again->report.results[0].status == StoreStatus::aborted);
  CHECK(keyed.ids_of("numbers").empty());
}

TEST_CASE("another request under a key is refused, and another principal's key is another") {
  Keyed keyed;
  REQUIRE(keyed.send("k", numbers(1)));
  const auto other = keyed.send("k", numbers(2));
  REQUIRE_FALSE(other);
  CHECK(other.error().code == ErrorCode::idempotency_mismatch);
  CHECK(keyed.ids_of("numbers").size() == 1);
  const auto ben = keyed.send("k", numbers(1), "ben");
  REQUIRE(ben);
  CHECK_FALSE(ben->replayed);
  CHECK(keyed.send("K", numbers(1))->report.stored == 1);
  CHECK(keyed.ids_of("numbers").size() == 3);
}

TEST_CASE("a key is new again after its retention") {
  Keyed keyed;
  REQUIRE(keyed.send("k", numbers(1)));
  keyed.clock.time.micros += 24LL * 3'600 * 1'000'000 - 1;
  CHECK(keyed.send("k", numbers(1))->replayed);
  keyed.clock.time.micros += 1;
  const auto later = keyed.send("k", numbers(2));
  REQUIRE(later);
  CHECK_FALSE(later->replayed);
  CHECK(keyed.ids_of("numbers").size() == 3);
  CHECK(keyed.send("k", numbers(2))->replayed);
}

TEST_CASE("a request whose answer was lost is not stored twice") {
  Keyed keyed;
  keyed.repository.after_write = [] { return Error{ErrorCode::outcome_unknown, "lost"}; };
  REQUIRE_FALSE(keyed.send("k", numbers(3)));
  keyed.repository.after_write = [] { return std::nullopt; };
  const auto again = keyed.send("k", numbers(3));
  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(again->report.stored == 3);
  CHECK(keyed.ids_of("numbers").size() == 3);
}

TEST_CASE("a request that was stored in part is carried on where it ended") {
  Keyed keyed;
  std::vector<Object> objects = numbers(10);
  objects[1] = Object{{"m", 1}};
  objects[8] = Object{{"m", 8}};
  std::set<std::string> first_ids;
  for (const std::size_t part : {3, 1, 4}) {
    keyed.repository.stored_of_receipted = part;
    const auto failed = keyed.send("k", objects);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == ErrorCode::unavailable);
    for (const std::string& id : keyed.ids_of("numbers")) first_ids.insert(id);
  }
  CHECK(first_ids.size() == 7);
  keyed.repository.stored_of_receipted = std::nullopt;
  const auto carried_on = keyed.send("k", objects);
  REQUIRE(carried_on);
  CHECK_FALSE(carried_on->replayed);
  CHECK(carried_on->report.stored == 8);
  CHECK(carried_on->report.rejected == 2);
  std::set<std::string> reported;
  for (const StoreResult& result : carried_on->report.results) {
    if (result.status == StoreStatus::stored) reported.insert(result.id);
  }
  const auto there = keyed.ids_of("numbers");
  CHECK(std::set<std::string>(there.begin(), there.end()) == reported);
  for (const std::string& id : first_ids) CHECK(reported.contains(id));
  CHECK(keyed.ids_of(std::string(kRejectsKind)).size() == 2);
  const auto again = keyed.send("k", objects);
  REQUIRE(again);
  CHECK(again->replayed);
  CHECK(shown(again->report) == shown(carried_on->report));
}

TEST_CASE("the report is made by the version of the kind that stored the records") {
  Keyed keyed;
  keyed.repository.stored_of_receipted = 1;
  REQUIRE_FALSE(keyed.send("k", numbers(2)));
  keyed.repository.stored_of_receipted = std::nullopt;
  keyed.zone.set_kinds(catalog_of(2));
  const auto carried_on = keyed.send("k", numbers(2));
  REQUIRE(carried_on);
  for (const StoreResult& result : carried_on->report.results) {
    CHECK(result.data.find("\"made\":1") != std::string::npos);
  }
  CHECK(keyed.send("k", numbers(2))->replayed);
  CHECK(keyed.send("new", numbers(1))->report.results[0].data.find("\"made\":2") !=
        std::string::npos);
}

TEST_CASE("of two instances that carry out one request, each record is stored by one") {
  Keyed keyed;
  IdempotentStore other({.zone = keyed.zone, .decode = json::decode_definition});
  bool met = false;
  // The other one comes between this one's look and its write.
  keyed.repository.before_receipted = [&] {
    if (std::exchange(met, true)) return;
    StoreRequest request{.kind = "numbers", .records = {}};
    request.records.push_back({to_json(numbers(1)[0]), numbers(1)[0]});
    CallOptions options;
    options.principal = "ann";
    const auto theirs = other.store(std::move(request),
                                    {"k", keyed.digest.sha256(to_json(numbers(1)[0]))}, options);
    CHECK(theirs);
  };
  const auto ours = keyed.send("k", numbers(1));
  REQUIRE_FALSE(ours);
  CHECK(ours.error().code == ErrorCode::idempotency_in_progress);
  CHECK(keyed.ids_of("numbers").size() == 1);
  CHECK(keyed.send("k", numbers(1))->replayed);
}

TEST_CASE("a key that is under way in this process is refused at once") {
  Keyed keyed;
  std::optional<ErrorCode> refused;
  keyed.repository.before_receipted = [&] {
    const auto second = keyed.send("k", numbers(1));
    if (!second) refused = second.error().code;
  };
  REQUIRE(keyed.send("k", numbers(1)));
  CHECK(refused == ErrorCode::idempotency_in_progress);
  CHECK(keyed.ids_of("numbers").size() == 1);
}

}  // namespace
}  // namespace dropzone
