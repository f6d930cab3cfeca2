#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/store/reject_replay.h>
#include <dropzone/value/json_text.h>

#include "support/hooked_repository.h"
#include "support/kind_catalog.h"
#include "support/set_clock.h"

namespace dropzone {
namespace {

/// The kind "numbers", whose records need these fields.
KindCatalog numbers_with(Array fields, Object more = {}) {
  Object definition{
      {"name", "numbers"},
      {"pipeline", Array{Object{{"require", Object{{"fields", std::move(fields)}}}}}}};
  for (Member& member : more.members()) definition.set(member.name, member.value);
  return test::catalog_of(definition);
}

Result<IncomingRecord> read_original(std::string_view original, const CallOptions&) {
  auto records = json::decode_ndjson(original, {});
  if (!records) return std::move(records).error();
  return std::move(records->front());
}

/// A store with rejects, of which those with "n" would pass now.
struct ReplayZone {
  ReplayZone() { zone.set_kinds(numbers_with({"n", "never"})); }

  void refuse(const std::vector<std::string>& originals) {
    StoreRequest request{.kind = "numbers", .records = {}};
    for (const std::string& original : originals) {
      request.records.push_back(*read_original(original, kNoDeadline));
    }
    const auto report = zone.store(std::move(request), kNoDeadline);
    REQUIRE(report);
    REQUIRE(report->rejected == originals.size());
    for (const StoreResult& result : report->results) ids.push_back(result.reject_id);
  }

  void mend() { zone.set_kinds(numbers_with({"n"})); }

  [[nodiscard]] RejectReplay replay(bool dry_run = false) {
    return RejectReplay({.zone = zone, .documents = documents, .originals = read_original},
                        dry_run);
  }

  std::vector<ReplayStatus> replay_all(bool dry_run = false) {
    const auto results = replay(dry_run).replay(ids, kNoDeadline);
    REQUIRE(results);
    std::vector<ReplayStatus> statuses;
    for (const ReplayResult& result : *results) statuses.push_back(result.status);
    return statuses;
  }

  std::map<std::string, StoredRecord> all(std::string_view kind) {
    std::map<std::string, StoredRecord> records;
    Query query;
    query.kind = kind;
    query.limit = 100'000;
    REQUIRE(repository.query(
        query, {.original = true, .meta = true},
        [&](const RecordView& view) {
          records[std::string(view.id)] = {std::string(view.id), std::string(view.data),
                                           std::string(view.original), *view.meta};
        },
        kNoDeadline));
    return records;
  }

  test::HookedRepository repository;
  test::SetClock clock;
  RandomIdSource ids_source;
  crypto::OpensslDigest digest;
  json::JsonDocumentDecoder documents;
  DropZone zone{{.repository = repository, .clock = clock, .ids = ids_source, .digest = &digest},
                numbers_with({"n"})};
  std::vector<std::string> ids;  ///< Of the rejects.
};

constexpr auto kStored = ReplayStatus::stored;
constexpr auto kRefused = ReplayStatus::refused;
constexpr auto kMissing = ReplayStatus::missing;

}  // namespace

TEST_CASE("a reject that passes now becomes a record, and one that does not keeps its new reason") {
  ReplayZone zone;
  zone.refuse({R"({"_id":"a","n":1})", R"({"n":2})", R"({"_id":"c"})", "{"});
  const auto before = zone.all(kRejectsKind);
  zone.mend();
  zone.clock.time.micros += 60'000'000;
  CHECK(zone.replay_all(true) == std::vector{kStored, kStored, kRefused, kRefused});
  CHECK(zone.all(kRejectsKind).size() == 4);
  CHECK(zone.replay_all() == std::vector{kStored, kStored, kRefused, kRefused});
  CHECK(zone.replay_all() == std::vector{kMissing, kMissing, kRefused, kRefused});

  const auto records = zone.all("numbers");
  REQUIRE(records.size() == 2);
  CHECK(records.at("a").original == R"({"_id":"a","n":1})");
  CHECK(records.at("a").meta.created_at == zone.clock.time);
  CHECK(records.count(zone.ids[1]) == 1);

  const auto left = zone.all(kRejectsKind);
  REQUIRE(left.size() == 2);
  const StoredRecord& reject = left.at(zone.ids[2]);
  CHECK(reject.original == R"({"_id":"c"})");
  CHECK(reject.data.find("errorCount") == std::string::npos);
  CHECK(before.at(zone.ids[2]).data.find("\"errorCount\":2") != std::string::npos);
  CHECK_THAT(reject.data,
             Catch::StartsWith(R"({"times":1,"kind":"numbers","code":"missing_field")"));
  CHECK(left.at(zone.ids[3]).data == before.at(zone.ids[3]).data);
}

TEST_CASE("a replay runs with the time at which a reject was received") {
  ReplayZone zone;
  zone.refuse({R"({"_id":"a","n":1})"});
  const Timestamp received = zone.clock.time;
  zone.clock.time.micros += 60'000'000;
  auto kinds =
      numbers_with({"n"}, {{"pipeline", Array{Object{{"received", Object{{"at", "at"}}}}}}});
  zone.zone.set_kinds(std::move(kinds));
  CHECK(zone.replay_all() == std::vector{kStored});
  CHECK(zone.all("numbers").at("a").data ==
        R"({"n":1,"at":")" + format_timestamp(received) + R"("})");
}

TEST_CASE("a kind's rule gives a replayed reject its id") {
  ReplayZone zone;
  zone.refuse({R"({"n":7})"});
  zone.zone.set_kinds(numbers_with({"n"}, {{"id", Object{{"field", "n"}}}}));
  CHECK(zone.replay_all() == std::vector{kStored});
  CHECK(zone.all("numbers").count("7") == 1);
}

TEST_CASE("a record of the same bytes ends the reject, and another one keeps it") {
  ReplayZone zone;
  const std::string same = R"({"_id":"same","n":1})";
  zone.refuse(
      {same, R"({"_id":"other","n":1})", R"({"_id":"twin","n":1})", R"({"_id":"twin","n":2})"});
  zone.mend();
  StoreRequest request{.kind = "numbers", .records = {}};
  request.records.push_back(*read_original(same, kNoDeadline));
  request.records.push_back(*read_original(R"({"_id":"other","n":2})", kNoDeadline));
  REQUIRE(zone.zone.store(std::move(request), kNoDeadline)->stored == 2);
  const std::vector expected{ReplayStatus::already_stored, kRefused, kStored, kRefused};
  CHECK(zone.replay_all(true) == expected);
  CHECK(zone.replay_all() == expected);
  const auto left = zone.all(kRejectsKind);
  REQUIRE(left.size() == 2);
  for (const auto& [id, reject] : left) {
    CHECK(reject.data.find(R"("code":"already_exists")") != std::string::npos);
  }
  CHECK(zone.all("numbers").at("other").original == R"({"_id":"other","n":2})");
}

TEST_CASE("however many replay at the same time, each reject becomes one record") {
  constexpr int kRejects = 300;
  ReplayZone zone;
  std::vector<std::string> originals;
  for (int i = 0; i < kRejects; ++i) originals.push_back("{\"n\":" + std::to_string(i) + '}');
  zone.refuse(originals);
  zone.mend();
  std::atomic<int> stored = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < zone.ids.size(); i += 10) {
        const auto results = zone.replay().replay(std::span(zone.ids).subspan(i, 10), kNoDeadline);
        if (!results) continue;
        for (const ReplayResult& result : *results) stored += result.status == kStored ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(stored == kRejects);
  CHECK(zone.all("numbers").size() == kRejects);
  CHECK(zone.all(kRejectsKind).empty());
}

TEST_CASE("a replay whose answers are lost is repeated, and still makes each reject one record") {
  ReplayZone zone;
  zone.refuse({R"({"n":1})", R"({"_id":"b","n":2})", R"({"_id":"c"})"});
  zone.mend();
  int writes = 0;
  zone.repository.after_write = [&]() -> std::optional<Error> {
    if (++writes % 2 == 0) return std::nullopt;
    return Error{ErrorCode::outcome_unknown, "The answer is lost."};
  };
  int failures = 0;
  while (!zone.replay().replay(zone.ids, kNoDeadline)) REQUIRE(++failures < 10);
  CHECK(failures > 0);
  CHECK(zone.all("numbers").size() == 2);
  CHECK(zone.all(kRejectsKind).size() == 1);
}

TEST_CASE("a reject that is refused again while it is replayed is counted and replayed") {
  ReplayZone zone;
  const std::string original = R"({"_id":"a","n":1})";
  zone.refuse({original});
  zone.mend();
  int reads = 0;
  const auto refuse_meanwhile = [&](std::string_view text, const CallOptions& options) {
    if (++reads == 1) {
      zone.zone.set_kinds(numbers_with({"n", "never"}));
      StoreRequest request{.kind = "numbers", .records = {}};
      request.records.push_back(*read_original(original, kNoDeadline));
      REQUIRE(zone.zone.store(std::move(request), kNoDeadline));
      zone.mend();
    }
    return read_original(text, options);
  };
  const RejectReplay replay(
      {.zone = zone.zone, .documents = zone.documents, .originals = refuse_meanwhile});
  const auto results = replay.replay(zone.ids, kNoDeadline);
  REQUIRE(results);
  CHECK(results->front().status == kStored);
  CHECK(reads == 2);
  CHECK(zone.all(kRejectsKind).empty());
}

TEST_CASE("a correction takes the place of its reject, whatever its id, and only if it passes") {
  ReplayZone zone;
  zone.refuse({R"({"_id":"a"})"});
  zone.mend();
  const auto correct = [&](const std::string& text) {
    return zone.replay().correct(zone.ids[0], *read_original(text, kNoDeadline), kNoDeadline);
  };
  const auto refused = correct(R"({"m":1})");
  REQUIRE(refused);
  CHECK(refused->status == StoreStatus::rejected);
  CHECK(refused->reject_id == zone.ids[0]);
  CHECK(zone.all(kRejectsKind).at(zone.ids[0]).original == R"({"_id":"a"})");
  const auto stored = correct(R"({"n":1})");
  REQUIRE(stored);
  CHECK(stored->status == StoreStatus::stored);
  CHECK(stored->id == zone.ids[0]);
  CHECK(zone.all("numbers").at(zone.ids[0]).original == R"({"n":1})");
  CHECK(zone.all(kRejectsKind).empty());
  CHECK(correct(R"({"n":1})").error().code == ErrorCode::not_found);
}

}  // namespace dropzone
