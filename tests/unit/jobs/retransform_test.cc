#include <dropzone/job/retransform.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/value/json_text.h>

#include "unit/jobs/jobs_testing.h"

namespace dropzone {
namespace {

using std::chrono::milliseconds;
using test::JobsInMemory;

const std::string kFirstPipeline = R"([])";
const std::string kDoubling = R"([{"copy": {"from": "n", "to": "twice"}}])";
const std::string kNeedsN =
    R"([{"require": {"fields": ["n"]}}, {"set": {"field": "v", "value": 2}}])";

/// The kind `numbers` of a version, with this pipeline.
KindCatalog numbers(std::int64_t version, const std::string& pipeline) {
  Object definition{{"name", "numbers"}, {"version", version}};
  definition.append("pipeline", *JobsInMemory::decode_json(pipeline));
  std::vector<Kind> kinds;
  kinds.push_back(*Kind::parse(definition, StepRegistry::with_core_steps()));
  return *KindCatalog::of(std::move(kinds));
}

/// A zone with the first version of the kind, whose jobs run chunk by chunk.
struct Retransformed : JobsInMemory {
  crypto::OpensslDigest digest;
  DropZone zone{{.repository = repository, .clock = clock, .ids = ids, .digest = &digest},
                numbers(1, kFirstPipeline)};
  std::function<void()> before_decoding = [] {};
  Retransform work{{.zone = zone,
                    .clock = clock,
                    .ids = ids,
                    .decode_record =
                        [this](std::string_view original) {
                          before_decoding();
                          return decode(original);
                        },
                    .decode = decode_json,
                    .shared_store = true}};

  static Result<IncomingRecord> decode(std::string_view original) {
    auto records = json::decode_records(original, {});
    if (!records) return std::move(records).error();
    return std::move(records->front());
  }

  void store(const std::string& original, IfExists if_exists = IfExists::replace) {
    clock.time.micros += kMicrosPerSecond;
    CallOptions options;
    options.principal = "device";
    StoreRequest request{.kind = "numbers", .records = {}, .if_exists = if_exists};
    request.records.push_back(*decode(original));
    REQUIRE(zone.store(std::move(request), options)->rejected == 0);
  }
  void store_many(int count) {
    for (int i = 0; i < count; ++i) {
      store("{\"_id\": \"r" + std::to_string(1'000 + i) + "\", \"n\": " + std::to_string(i) + "}");
    }
  }
  void deploy(std::int64_t version, const std::string& pipeline) {
    zone.set_kinds(numbers(version, pipeline));
  }
  std::map<std::string, StoredRecord> records() {
    std::map<std::string, StoredRecord> all;
    Query query{.kind = "numbers", .filter = {}, .order = {}, .after = {}};
    query.limit = 10'000;
    REQUIRE(repository.query(
        query, {.original = true, .meta = true},
        [&](const RecordView& view) {
          all[std::string(view.id)] = {std::string(view.id), std::string(view.data),
                                       std::string(view.original), *view.meta};
        },
        kNoDeadline));
    return all;
  }

  Result<Job> ask(RetransformRequest request = {.kind = "numbers"}) {
    return ask_for_retransform(zone, jobs, std::move(request), kNoDeadline);
  }
  JobChunk run_chunk(Job& job, std::size_t max_records = 500) {
    auto chunk = work.run(job, max_records, kNoDeadline);
    REQUIRE(chunk);
    job.progress = chunk->progress;
    return *std::move(chunk);
  }
  JobProgress run(Job job, std::size_t max_records = 500) {
    while (!run_chunk(job, max_records).finished) {
    }
    return job.progress;
  }
};

TEST_CASE("a retransform makes again what an older version of the pipeline made") {
  Retransformed store;
  store.store_many(25);
  const auto before = store.records();
  store.deploy(2, kDoubling);
  store.store(R"({"_id": "new", "n": 5})");
  const auto version_of_new = store.records()["new"].meta.version;
  store.clock.time.micros += kMicrosPerSecond;

  const JobProgress progress = store.run(*store.ask(), 10);
  CHECK(progress.done == 26);
  CHECK(progress.total == 26);
  CHECK(progress.counts ==
        Object{{"current", 1}, {"refused", 0}, {"transformed", 25}, {"overtaken", 0}});
  CHECK(text_of(progress.report.find("pipeline")) == "numbers@2");

  const auto after = store.records();
  CHECK(after.at("new").meta.version == version_of_new);
  for (const auto& [id, record] : before) {
    const StoredRecord& now = after.at(id);
    CHECK(now.data != record.data);
    CHECK(now.data.find("\"twice\":") != now.data.npos);
    CHECK(now.original == record.original);
    CHECK(now.meta.sha256 == record.meta.sha256);
    CHECK(now.meta.created_at == record.meta.created_at);
    CHECK(now.meta.updated_at == store.clock.time);
    CHECK(now.meta.pipeline == "numbers@2");
    CHECK(now.meta.version != record.meta.version);
  }
}

TEST_CASE("a retransform begins once all instances can have the new version") {
  Retransformed store;
  store.store_many(3);
  store.deploy(2, kDoubling);
  Job job = *store.ask();
  const JobChunk first = store.run_chunk(job);
  CHECK(first.pause >= milliseconds(5'000));
  CHECK(first.progress.done == 0);
  CHECK(store.records().begin()->second.meta.pipeline == "numbers@1");
}

TEST_CASE("an instance that lacks the version waits for it") {
  Retransformed store;
  store.store_many(3);
  store.deploy(2, kDoubling);
  Job job = *store.ask();
  store.deploy(1, kFirstPipeline);
  const JobChunk chunk = store.run_chunk(job);
  CHECK(chunk.progress == JobProgress{});
  CHECK(chunk.pause > milliseconds(0));
  CHECK_FALSE(chunk.finished);
  store.deploy(2, kDoubling);
  CHECK(*store.run(job).counts.find("transformed") == Value(3));
}

TEST_CASE("a retransform runs the pipeline with the time and the sender of the original") {
  Retransformed store;
  const std::string receiving = R"([{"received": {"at": "at", "by": "by"}}])";
  store.deploy(1, receiving);
  store.store(R"({"_id": "known"})");
  const Timestamp first = store.clock.time;
  store.deploy(2, kFirstPipeline);
  store.store(R"({"_id": "replaced"})");
  store.store(R"({"_id": "replaced", "n": 1})");
  const Timestamp last = store.clock.time;
  store.deploy(3, receiving);
  store.clock.time.micros += kMicrosPerSecond;
  store.run(*store.ask());
  store.deploy(4, receiving);
  store.clock.time.micros += kMicrosPerSecond;
  store.run(*store.ask());

  const auto records = store.records();
  CHECK(records.at("known").data == "{\"at\":\"" + format_timestamp(first) + R"(","by":"device"})");
  CHECK(records.at("replaced").data == R"({"n":1,"at":")" + format_timestamp(last) + "\"}");
}

TEST_CASE("whoever writes a record while it is transformed again wins, and is counted") {
  Retransformed store;
  store.store_many(3);
  store.deploy(2, kDoubling);
  Job job = *store.ask();
  store.run_chunk(job);
  bool is_first = true;
  store.before_decoding = [&] {
    if (!std::exchange(is_first, false)) return;
    store.store(R"({"_id": "r1000", "n": 77})");
    const std::vector<std::string> ids{"r1001"};
    REQUIRE(store.zone.remove("numbers", ids, kNoDeadline));
  };
  const JobProgress progress = store.run(job);
  CHECK(*progress.counts.find("overtaken") == Value(2));
  CHECK(*progress.counts.find("transformed") == Value(1));
  const auto records = store.records();
  CHECK(records.at("r1000").data == R"({"n":77,"twice":77})");
  CHECK_FALSE(records.contains("r1001"));
}

TEST_CASE("what the pipeline refuses now is left as it is and listed") {
  Retransformed store;
  store.store(R"({"_id": "bad", "m": 1})");
  store.store(R"({"_id": "good", "n": 1})");
  const StoredRecord bad = store.records().at("bad");
  store.deploy(2, kNeedsN);
  const JobProgress progress = store.run(*store.ask());
  CHECK(*progress.counts.find("refused") == Value(1));
  CHECK(*progress.counts.find("transformed") == Value(1));
  CHECK(*progress.report.find("refused") ==
        Value(Array{Object{
            {"_id", "bad"}, {"code", "missing_field"}, {"step", "require"}, {"pointer", "/n"}}}));
  CHECK(store.records().at("bad").meta == bad.meta);
  CHECK(store.records().at("bad").data == bad.data);
}

TEST_CASE("the report of a retransform is bounded") {
  Retransformed store;
  const bool long_ids = GENERATE(false, true);
  const std::string fill(long_ids ? 900 : 1, 'x');
  for (int i = 0; i < 1'100; ++i) {
    store.store("{\"_id\": \"" + fill + std::to_string(10'000 + i) + "\"}");
  }
  store.deploy(2, kNeedsN);
  const JobProgress progress = store.run(*store.ask());
  CHECK(*progress.counts.find("refused") == Value(1'100));
  const std::size_t listed = progress.report.find("refused")->as_array()->size();
  CHECK(to_json(progress.report).size() <= kMaxReportBytes);
  if (long_ids) {
    CHECK(listed > 200);
    CHECK(listed < 300);
  } else {
    CHECK(listed == 1'000);
  }
}

TEST_CASE("a chunk that is done twice changes nothing the second time") {
  Retransformed store;
  store.store_many(20);
  store.deploy(2, kDoubling);
  Job job = *store.ask();
  store.run_chunk(job);
  Job again = job;
  store.run_chunk(job, 10);
  const auto once = store.records();
  const JobProgress progress = store.run(again, 10);
  CHECK(*progress.counts.find("current") == Value(10));
  CHECK(*progress.counts.find("transformed") == Value(10));
  for (int i = 0; i < 10; ++i) {
    const std::string id = "r" + std::to_string(1'000 + i);
    CHECK(store.records().at(id).meta == once.at(id).meta);
  }
}

TEST_CASE("a retransform during which the kind is deployed again begins again with the newest") {
  Retransformed store;
  store.store_many(20);
  store.deploy(2, kDoubling);
  Job job = *store.ask();
  store.run_chunk(job);
  store.run_chunk(job, 10);
  store.deploy(3, kNeedsN);
  const JobChunk begun = store.run_chunk(job, 10);
  CHECK(begun.progress.done == 0);
  CHECK(begun.pause > milliseconds(0));
  const JobProgress progress = store.run(job);
  CHECK(*progress.counts.find("transformed") == Value(20));
  CHECK(text_of(progress.report.find("pipeline")) == "numbers@3");
  CHECK(text_of(progress.report.find("begunWith")) == "numbers@2");
  for (const auto& [id, record] : store.records()) CHECK(record.meta.pipeline == "numbers@3");
}

TEST_CASE("a retransform with a filter is about what it selects, whatever made that") {
  Retransformed store;
  store.store_many(10);
  const auto before = store.records();
  const auto filter = JobsInMemory::decode_json(R"({"field": "n", "operator": "<", "value": 4})");
  const Job job = *store.ask({.kind = "numbers", .filter = *filter});
  const JobProgress progress = store.run(job, 3);
  CHECK(progress.total == 4);
  CHECK(*progress.counts.find("transformed") == Value(4));
  const auto after = store.records();
  CHECK(after.at("r1003").meta.version != before.at("r1003").meta.version);
  CHECK(after.at("r1004").meta.version == before.at("r1004").meta.version);
}

TEST_CASE("a dry run stores nothing, and shows what would become different, field by field") {
  Retransformed store;
  store.store(R"({"_id": "bad", "m": 1})");
  store.store_many(30);
  const auto before = store.records();
  store.deploy(2, kNeedsN);
  const JobProgress progress = store.run(*store.ask({.kind = "numbers", .dry_run = true}));
  CHECK(progress.counts ==
        Object{{"current", 0}, {"refused", 1}, {"changed", 30}, {"unchanged", 0}});
  const Array& shown = *progress.report.find("differences")->as_array();
  CHECK(shown.size() == 20);
  CHECK(shown.front() ==
        Value(Object{{"_id", "r1000"},
                     {"differences", Array{Object{{"pointer", "/v"}, {"after", 2}}}}}));
  for (const auto& [id, record] : store.records()) CHECK(record.meta == before.at(id).meta);

  store.deploy(3, kFirstPipeline);
  CHECK(*store.run(*store.ask({.kind = "numbers", .dry_run = true})).counts.find("unchanged") ==
        Value(31));
}

TEST_CASE("a retransform that cannot be done is refused when it is asked for") {
  Retransformed store;
  const auto refused = [&](RetransformRequest request) {
    const auto job = store.ask(std::move(request));
    REQUIRE_FALSE(job);
    return job.error();
  };
  CHECK(refused({.kind = "others"}).code == ErrorCode::unknown_kind);
  const auto filter = JobsInMemory::decode_json(R"({"field": "n", "operator": "~", "value": 4})");
  CHECK(refused({.kind = "numbers", .filter = *filter}) ==
        Error{ErrorCode::invalid_filter, refused({.kind = "numbers", .filter = *filter}).detail,
              "/operator"});
  CHECK(store.jobs.open_jobs(kNoDeadline)->empty());
}

TEST_CASE("the retransform of a kind that was retired ends with that error") {
  Retransformed store;
  store.store_many(3);
  Job job = *store.ask();
  store.zone.set_kinds(*KindCatalog::of(std::vector<Kind>()));
  const auto chunk = store.work.run(job, 10, kNoDeadline);
  REQUIRE_FALSE(chunk);
  CHECK(chunk.error().code == ErrorCode::unknown_kind);
}

}  // namespace
}  // namespace dropzone
