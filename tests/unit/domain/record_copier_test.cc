#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/kind/kind.h>
#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/store/record_copier.h>
#include <dropzone/value/json_text.h>

#include "support/hooked_repository.h"

namespace dropzone {
namespace {

Write record(const std::string& id, Object data, std::string version = "v1") {
  std::string json = to_json(data);
  return {.kind = "k",
          .id = id,
          .original = "\xff " + json,
          .data = std::move(data),
          .data_json = std::move(json),
          .meta = {.created_at = {7},
                   .updated_at = {9},
                   .version = std::move(version),
                   .pipeline = "k@3",
                   .sha256 = Sha256{1, 2, 3}}};
}

class Copying {
 public:
  void put(RecordRepository& repository, std::vector<Write> writes) {
    const auto outcomes = repository.write(std::move(writes), Atomicity::partial, kNoDeadline);
    REQUIRE(outcomes);
    for (const WriteOutcome& outcome : *outcomes) REQUIRE(outcome.status == WriteStatus::created);
  }

  CopyStats copy() {
    auto stats = copier.copy("k");
    REQUIRE(stats);
    return *stats;
  }
  Tally source_tally() { return copier.tally_source("k").value(); }
  Tally target_tally() { return copier.tally_target("k").value(); }

  memory::MemoryRecordRepository source;
  memory::MemoryRecordRepository target;
  json::JsonDocumentDecoder decoder;
  crypto::OpensslDigest digest;
  RecordCopier copier{{source, target, decoder, digest}};
};

const Timestamp kNoon{43'200'000'000};

TEST_CASE(
    "a copy has originals, typed data, times and versions, and a second one has nothing to do") {
  Copying test;
  test.put(test.source, {record("a", {{"t", kNoon}, {"s", "1970-01-01T12:00:00Z"}}),
                         record("b", {{"list", Array{1, 2.5, kNoon}}})});
  const CopyStats first = test.copy();
  CHECK(first.copied == 2);
  CHECK(first.present == 0);
  CHECK(test.source_tally().records == 2);
  CHECK(test.source_tally() == test.target_tally());

  // The target's timestamp is one: a filter finds it.
  Query query;
  query.kind = "k";
  query.filter = Filter{Condition{*FieldPath::parse("t"), Operator::equal, kNoon}};
  std::vector<std::string> found;
  const auto note = [&](const RecordView& view) { found.emplace_back(view.id); };
  REQUIRE(test.target.query(query, {}, note, kNoDeadline));
  CHECK(found == std::vector<std::string>{"a"});

  const CopyStats second = test.copy();
  CHECK(second.copied == 0);
  CHECK(second.present == 2);
}

TEST_CASE("a store that erases by itself keeps what was copied for as long as the kind says") {
  Copying test;
  test.put(test.source, {record("a", {})});
  Write reject = record("r", {{"receivedAt", Timestamp{9 * kMicrosPerSecond}}});
  reject.kind = kRejectsKind;
  test.put(test.source, {reject});
  test::HookedRepository target;
  std::vector<std::optional<std::chrono::seconds>> kept;
  target.before_write = [&](const std::vector<Write>& writes) {
    for (const Write& write : writes) kept.push_back(write.kept_for);
  };
  RecordCopier copier({test.source, target, test.decoder, test.digest,
                       [](const std::string&) { return std::chrono::seconds(100); }});
  REQUIRE(copier.copy("k"));
  REQUIRE(copier.copy(std::string(kRejectsKind)));
  for (const char* const id : {"aged", "counted"}) {
    Write entry = record(id, {});
    if (entry.id == "aged") entry = record(id, {{"expiresAt", Timestamp{50 * kMicrosPerSecond}}});
    entry.kind = kHistoryKind;
    test.put(test.source, {entry});
  }
  REQUIRE(copier.copy(std::string(kHistoryKind)));
  REQUIRE(kept.size() == 4);
  CHECK(kept[0] == std::chrono::seconds(100));
  CHECK(kept[1] == std::chrono::seconds(109));  // It was received 9 s after its creation.
  CHECK(kept[2] == std::chrono::seconds(50));
  CHECK_FALSE(kept[3]);
}

TEST_CASE("records of ids that a URL cannot name are not copied, and are named") {
  Copying test;
  test.put(test.source, {record(".", {}), record("..", {}), record("...", {})});
  const CopyStats stats = test.copy();
  CHECK(stats.copied == 1);
  CHECK(stats.refused.count == 2);
  CHECK(stats.refused.named == std::vector<std::string>{".", ".."});
  CHECK(stats.first_refusal.code == ErrorCode::invalid_id);
}

TEST_CASE("a copy of more than a page goes on from what is there") {
  Copying test;
  constexpr int kRecords = 5'000;
  std::vector<Write> writes;
  for (int i = 0; i < kRecords; ++i) writes.push_back(record("r" + std::to_string(i), {{"n", i}}));
  test.put(test.target, {writes.begin(), writes.begin() + 2'500});
  test.put(test.source, std::move(writes));
  const CopyStats stats = test.copy();
  CHECK(stats.copied == 2'500);
  CHECK(stats.present == 2'500);
  CHECK(test.source_tally() == test.target_tally());
}

TEST_CASE("each part of a record counts for the checksum") {
  const auto tally_of = [](Write write) {
    Copying test;
    test.put(test.source, {std::move(write)});
    return test.source_tally();
  };
  const Write plain = record("a", {{"t", "1970-01-01T12:00:00Z"}});
  const Tally tally = tally_of(plain);
  const auto differs = [&](auto change) {
    Write changed = plain;
    change(changed);
    return tally_of(std::move(changed)) != tally;
  };
  CHECK_FALSE(differs([](Write&) {}));
  CHECK(differs([](Write& write) { write.id = "b"; }));
  CHECK(differs([](Write& write) { write.original += ' '; }));
  CHECK(differs([](Write& write) { write.data_json = "{}"; }));
  CHECK(differs([](Write& write) { write.data = Object{{"t", kNoon}}; }));
  CHECK(differs([](Write& write) { write.meta.created_at = {8}; }));
  CHECK(differs([](Write& write) { write.meta.updated_at = {8}; }));
  CHECK(differs([](Write& write) { write.meta.version = "v2"; }));
  CHECK(differs([](Write& write) { write.meta.pipeline = "k@4"; }));
  CHECK(differs([](Write& write) { write.meta.sha256.reset(); }));
  CHECK(differs([](Write& write) { write.meta.received = Received{}; }));
}

TEST_CASE("what the target has already is left as it is, and every difference is named") {
  Copying test;
  test.put(test.source, {record("a", {{"n", 1}}), record("b", {{"n", 2}}), record("c", {})});
  test.put(test.target, {record("b", {{"n", 2}}, "other"), record("z", {})});
  const CopyStats stats = test.copy();
  CHECK(stats.copied == 2);
  CHECK(stats.present == 1);
  CHECK(test.target_tally().records == 4);
  CHECK(test.source_tally() != test.target_tally());

  REQUIRE(test.source.write({record("late", {})}, Atomicity::partial, kNoDeadline));
  const auto differences = test.copier.differences("k");
  REQUIRE(differences);
  CHECK(differences->different.named == std::vector<std::string>{"b"});
  CHECK(differences->only_target.named == std::vector<std::string>{"z"});
  CHECK(differences->only_source.named == std::vector<std::string>{"late"});
}

TEST_CASE("of many ids the first few are named") {
  IdList ids;
  for (int i = 0; i < 12; ++i) ids.add(std::to_string(i));
  CHECK(ids.count == 12);
  CHECK(ids.named.size() == IdList::kMostNamed);
  CHECK(ids.named.front() == "0");
}

}  // namespace
}  // namespace dropzone
