#include <dropzone/job/replay_work.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/kind/kind.h>
#include <dropzone/value/json_text.h>

#include "support/hooked_repository.h"
#include "support/set_clock.h"

namespace dropzone {
namespace {

Kind kind_of_readings(const std::string& name, std::int64_t version, const char* needed) {
  auto kind = Kind::parse(
      Object{{"name", name},
             {"version", version},
             {"pipeline", Array{Object{{"require", Object{{"fields", Array{needed}}}}}}}},
      StepRegistry::with_core_steps());
  REQUIRE(kind);
  return *std::move(kind);
}

/// Two kinds that need `m` at first, and `n` once they are better.
KindCatalog readings(std::int64_t version) {
  const char* const needed = version == 1 ? "m" : "n";
  std::vector<Kind> kinds;
  kinds.push_back(kind_of_readings("first", version, needed));
  kinds.push_back(kind_of_readings("second", version, needed));
  auto all = KindCatalog::of(std::move(kinds));
  REQUIRE(all);
  return *std::move(all);
}

struct ReplayedZone {
  ReplayedZone() {
    for (int i = 0; i < 12; ++i) refuse("first", Object{{"_id", id(i)}, {"n", i}});
    for (int i = 12; i < 15; ++i) refuse("first", Object{{"_id", id(i)}});
    refuse("second", Object{{"_id", "other"}, {"n", 1}});
    zone.set_kinds(readings(2));
  }

  static std::string id(int i) { return "r" + std::to_string(100 + i); }

  void refuse(const std::string& kind, const Object& object) {
    StoreRequest request{.kind = kind, .records = {}};
    request.records.push_back({to_json(object), object});
    REQUIRE(zone.store(std::move(request), kNoDeadline)->rejected == 1);
  }

  Job ask(ReplayJobRequest request) {
    Jobs jobs(
        {.repository = repository, .clock = clock, .ids = ids, .decode = [](std::string_view text) {
           return json::decode_value(text, 64);
         }});
    const auto made = ask_for_replay(zone, jobs, request, kNoDeadline);
    REQUIRE(made);
    auto job = jobs.find(made->id, kNoDeadline);
    REQUIRE(job);
    return *std::move(job);
  }

  bool run_chunk(Job& job, std::size_t most) {
    auto chunk = work.run(job, most, kNoDeadline);
    REQUIRE(chunk);
    job.progress = std::move(chunk->progress);
    return chunk->finished;
  }

  std::vector<std::string> ids_in(const std::string& kind) {
    std::vector<std::string> found;
    REQUIRE(repository.query(
        {.kind = kind, .filter = {}, .order = {}, .after = {}}, {.data = false},
        [&](const RecordView& view) { found.emplace_back(view.id); }, kNoDeadline));
    return found;
  }

  test::HookedRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  crypto::OpensslDigest digest;
  DropZone zone{{.repository = repository, .clock = clock, .ids = ids, .digest = &digest},
                readings(1)};
  json::JsonDocumentDecoder documents;
  ReplayWork work{
      {.zone = zone,
       .documents = documents,
       .originals = [](std::string_view original, const CallOptions&) -> Result<IncomingRecord> {
         DROPZONE_TRY(auto records, json::decode_records(original, {}));
         return std::move(records.front());
       }}};
};

std::string text_of_counts(const Job& job) { return to_json(job.progress.counts); }

}  // namespace

TEST_CASE(
    "a job replays the rejects that its selection is about, and reports what became of them") {
  ReplayedZone zone;
  Job job = zone.ask({.selection = {.kind = "first"}, .max_per_second = 9});
  CHECK(job.type == "replay");
  CHECK(job.kind == "first");
  CHECK(job.permission == Permission::write);
  CHECK(job.max_per_second == 9);
  CHECK_FALSE(zone.run_chunk(job, 4));
  CHECK(job.progress.done == 4);
  CHECK(job.progress.total == 15);
  while (!zone.run_chunk(job, 4)) {
  }
  CHECK(job.progress.done == 15);
  CHECK(text_of_counts(job) == R"({"stored":12,"alreadyStored":0,"refused":3,"overtaken":0})");
  CHECK(to_json(*job.progress.report.find("refusedBy")) ==
        R"([{"code":"missing_field","step":"require","count":3}])");
  const Array& refused = *job.progress.report.find("refused")->as_array();
  REQUIRE(refused.size() == 3);
  const auto left = zone.ids_in(std::string(kRejectsKind));
  CHECK(left.size() == 4);
  for (const Value& entry : refused) {
    const Object& object = *entry.as_object();
    CHECK(std::ranges::find(left, text_of(object.find("rejectId"))) != left.end());
    CHECK(text_of(object.find("pointer")) == "/n");
  }
  CHECK(zone.ids_in("first").size() == 12);
  CHECK(zone.ids_in("second").empty());
}

TEST_CASE("a chunk of a replay that is done twice stores and refuses nothing twice") {
  ReplayedZone zone;
  Job job = zone.ask({});
  CHECK(job.kind.empty());
  // As if the instance had died before the progress of the chunk was saved.
  REQUIRE(zone.work.run(job, 6, kNoDeadline));
  while (!zone.run_chunk(job, 6)) {
  }
  CHECK(zone.ids_in("first").size() == 12);
  CHECK(zone.ids_in("second") == std::vector<std::string>{"other"});
  CHECK(zone.ids_in(std::string(kRejectsKind)).size() == 3);
  CHECK(to_json(*job.progress.report.find("refusedBy")) ==
        R"([{"code":"missing_field","step":"require","count":3}])");
}

TEST_CASE("a chunk of a replay that fails in the middle counts what it has stored") {
  ReplayedZone zone;
  Job job = zone.ask({.selection = {.kind = "first"}});
  int writes = 0;
  zone.repository.after_write = [&]() -> std::optional<Error> {
    if (++writes != 2) return std::nullopt;  // That of the new reasons.
    return Error{ErrorCode::unavailable, "The store is gone."};
  };
  CHECK_FALSE(zone.run_chunk(job, 100));
  CHECK(text_of_counts(job) == R"({"stored":12,"alreadyStored":0,"refused":0,"overtaken":0})");
  CHECK(zone.run_chunk(job, 100));
  CHECK(text_of_counts(job) == R"({"stored":12,"alreadyStored":0,"refused":3,"overtaken":0})");
  CHECK(job.progress.done == 15);
  CHECK(job.progress.total == 15);
}

TEST_CASE(
    "a chunk of a replay that fails before it has stored anything is tried again as a whole") {
  ReplayedZone zone;
  Job job = zone.ask({.selection = {.kind = "second"}});
  zone.repository.after_write = [] {
    return std::optional(Error{ErrorCode::unavailable, "The store is gone."});
  };
  const auto failed = zone.work.run(job, 100, kNoDeadline);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::unavailable);
}

TEST_CASE("a dry run of a replay stores nothing and leaves every reject as it is") {
  ReplayedZone zone;
  Job job = zone.ask({.selection = {.kind = "first"}, .dry_run = true});
  while (!zone.run_chunk(job, 4)) {
  }
  CHECK(text_of_counts(job) == R"({"stored":12,"alreadyStored":0,"refused":3,"overtaken":0})");
  CHECK(zone.ids_in(std::string(kRejectsKind)).size() == 16);
  CHECK(zone.ids_in("first").empty());
}

TEST_CASE("a replay waits until its instance has the versions of which it was made") {
  ReplayedZone zone;
  Job job = zone.ask({.selection = {.kind = "first"}});
  zone.zone.set_kinds(readings(1));
  const auto chunk = zone.work.run(job, 4, kNoDeadline);
  REQUIRE(chunk);
  CHECK_FALSE(chunk->finished);
  CHECK(chunk->pause > std::chrono::milliseconds(0));
  CHECK(chunk->progress == job.progress);
  CHECK(zone.ids_in("first").empty());
  zone.zone.set_kinds(readings(2));
  while (!zone.run_chunk(job, 4)) {
  }
  CHECK(zone.ids_in("first").size() == 12);
}

TEST_CASE("of an unknown kind no replay is made") {
  ReplayedZone zone;
  Jobs jobs({.repository = zone.repository, .clock = zone.clock, .ids = zone.ids, .decode = {}});
  const auto made = ask_for_replay(zone.zone, jobs, {.selection = {.kind = "third"}}, kNoDeadline);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::unknown_kind);
}

}  // namespace dropzone
