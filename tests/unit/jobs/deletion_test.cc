#include <dropzone/job/deletion.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/json/decode_value.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/limits.h>

#include "support/hooked_repository.h"
#include "support/set_clock.h"

namespace dropzone {
namespace {

Filter below(std::int64_t bound) {
  return {Condition{*FieldPath::parse("n"), Operator::less, bound}};
}

KindCatalog one_kind() {
  std::vector<Kind> kinds;
  kinds.push_back(*Kind::parse(Object{{"name", "numbers"},
                                      {"version", 1},
                                      {"pipeline", Array{}},
                                      {"fields", Object{{"at", "timestamp"}}}},
                               StepRegistry::with_core_steps()));
  return *KindCatalog::of(std::move(kinds));
}

/// Numbered records, some of which are deleted.
struct Deleted {
  test::HookedRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  DropZone zone{{.repository = repository, .clock = clock, .ids = ids}, one_kind()};
  int versions = 0;

  void put(const std::string& id, std::int64_t n) {
    Write write;
    write.kind = "numbers";
    write.id = id;
    write.original = "{}";
    write.data = {{"n", n}};
    write.data_json = to_json(write.data);
    write.meta.version = "v" + std::to_string(++versions);
    write.meta.pipeline = "numbers@1";
    write.if_exists = IfExists::replace;
    REQUIRE(repository.write({std::move(write)}, Atomicity::partial, kNoDeadline));
  }
  void put_many(int count) {
    for (int n = 0; n < count; ++n) put("r" + std::to_string(10'000 + n), n);
  }
  std::string left() {
    std::string all;
    Query query{.kind = "numbers", .filter = {}, .order = {}, .after = {}};
    query.limit = 100'000;
    REQUIRE(repository.query(
        query, {.data = false}, [&](const RecordView& view) { all.append(view.id).append(" "); },
        kNoDeadline));
    return all;
  }
  FilterDeletion deletion(const Filter& filter) { return {repository, "numbers", filter}; }
};

TEST_CASE("what a filter selects is deleted, and nothing else") {
  Deleted zone;
  zone.put_many(5);
  const FilterDeletion deletion = zone.deletion(below(3));
  const auto preview = deletion.preview(kNoDeadline);
  CHECK(preview->selected == 3);
  CHECK(preview->first_ids == std::vector<std::string>{"r10000", "r10001", "r10002"});
  const auto selection = deletion.select(std::nullopt, 2, kNoDeadline);
  REQUIRE(selection->next);
  CHECK(*deletion.erase(*selection, kNoDeadline) == 2);
  CHECK(zone.left() == "r10002 r10003 r10004 ");
  const auto rest = deletion.select(selection->next, 2, kNoDeadline);
  CHECK_FALSE(rest->next);
  CHECK(*deletion.erase(*rest, kNoDeadline) == 1);
  CHECK(zone.left() == "r10003 r10004 ");
  CHECK(*deletion.erase(*rest, kNoDeadline) == 0);
}

TEST_CASE("a record that is changed meanwhile is deleted only if it is still selected") {
  Deleted zone;
  zone.put_many(3);
  const FilterDeletion deletion = zone.deletion(below(3));
  const auto selection = deletion.select(std::nullopt, 10, kNoDeadline);
  bool is_first = true;
  zone.repository.before_erase = [&]() -> std::optional<Error> {
    if (std::exchange(is_first, false)) {
      zone.put("r10000", 7);
      zone.put("r10001", -7);
    }
    return std::nullopt;
  };
  CHECK(*deletion.erase(*selection, kNoDeadline) == 2);
  CHECK(zone.left() == "r10000 ");
}

TEST_CASE("a record that is changed again and again is not waited for without end") {
  Deleted zone;
  zone.put_many(2);
  const FilterDeletion deletion = zone.deletion(below(3));
  const auto selection = deletion.select(std::nullopt, 10, kNoDeadline);
  zone.repository.before_erase = [&]() -> std::optional<Error> {
    zone.put("r10000", 0);
    return std::nullopt;
  };
  const auto erased = deletion.erase(*selection, kNoDeadline);
  REQUIRE_FALSE(erased);
  CHECK(erased.error().code == ErrorCode::unavailable);
  CHECK(zone.left() == "r10000 ");
}

TEST_CASE("a job deletes chunk by chunk, and a chunk that is done twice does no harm") {
  Deleted zone;
  zone.put_many(1'203);
  DeletionWork work(zone.zone);
  Job job;
  job.type = "delete";
  job.kind = "numbers";
  job.parameters = {{"filter", Object{{"field", "n"}, {"operator", "<"}, {"value", 1'200}}}};
  const auto first = work.run(job, 1'000, kNoDeadline);
  REQUIRE(first);
  CHECK_FALSE(first->finished);
  job.progress = first->progress;
  CHECK(job.progress.total == 1'200);
  CHECK(to_json(job.progress.counts) == R"({"deleted":500})");

  // As if the process had died before it saved the progress, and another one took over.
  REQUIRE(work.run(job, 1'000, kNoDeadline));
  zone.put("r10600", 5);
  const auto second = work.run(job, 1'000, kNoDeadline);
  REQUIRE(second);
  CHECK(second->finished);
  CHECK(second->progress.done == 701);
  CHECK(to_json(second->progress.counts) == R"({"deleted":701})");
  CHECK(zone.left() == "r11200 r11201 r11202 ");
}

TEST_CASE("a job deletes the rejects that its selection is about") {
  Deleted zone;
  const auto put_reject = [&](const std::string& id, std::string_view kind, std::int64_t second) {
    Write write;
    write.kind = kRejectsKind;
    write.id = id;
    write.data = {{"kind", kind},
                  {"code", "invalid_time"},
                  {"step", "parse_time"},
                  {"receivedAt", Timestamp{second * kMicrosPerSecond}}};
    write.data_json = to_json(write.data);
    write.meta.version = "v";
    REQUIRE(zone.repository.write({std::move(write)}, Atomicity::partial, kNoDeadline));
  };
  put_reject("early", "numbers", 1);
  put_reject("late", "numbers", 9);
  put_reject("other", "letters", 1);
  Jobs jobs(
      {.repository = zone.repository,
       .clock = zone.clock,
       .ids = zone.ids,
       .decode = [](std::string_view text) { return json::decode_value(text, kMaxNesting); }});
  const RejectSelection selection{.kind = "numbers",
                                  .code = "invalid_time",
                                  .step = "parse_time",
                                  .received_before = Timestamp{5 * kMicrosPerSecond}};
  const auto made = ask_for_deletion(jobs, selection, 250, kNoDeadline);
  REQUIRE(made);
  CHECK(made->kind == "numbers");
  CHECK(made->max_per_second == 250);
  const auto job = jobs.find(made->id, kNoDeadline);
  REQUIRE(job);
  const auto chunk = DeletionWork(zone.zone).run(*job, 100, kNoDeadline);
  REQUIRE(chunk);
  CHECK(chunk->finished);
  CHECK(to_json(chunk->progress.counts) == R"({"deleted":1})");
  std::string left;
  REQUIRE(zone.repository.query(
      {.kind = std::string(kRejectsKind), .filter = {}, .order = {}, .after = {}}, {.data = false},
      [&](const RecordView& view) { left.append(view.id).append(" "); }, kNoDeadline));
  CHECK(left == "late other ");
}

TEST_CASE("a filter that the kind cannot have is refused, and so is a job of a kind that is gone") {
  Deleted zone;
  const auto filter = [](std::string_view text) { return *json::decode_value(text, kMaxNesting); };
  const auto bad =
      deletion_of(zone.zone, "numbers", filter(R"({"field":"at","operator":"=","value":3})"));
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == ErrorCode::invalid_filter);
  CHECK(bad.error().pointer == "/value");
  CHECK(deletion_of(zone.zone, "numbers", filter(R"({"fields":1})")).error().code ==
        ErrorCode::unknown_member);
  Job job;
  job.kind = "gone";
  job.parameters = {{"filter", Object{}}};
  CHECK(DeletionWork(zone.zone).run(job, 10, kNoDeadline).error().code == ErrorCode::unknown_kind);
}

}  // namespace
}  // namespace dropzone
