#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

class SteppingClock final : public Clock {
 public:
  Timestamp now() override { return {now_ += 1'000'000}; }

 private:
  std::int64_t now_ = 0;
};

class CountingIds final : public IdSource {
 public:
  std::string next() override { return "made-" + std::to_string(++count_); }

 private:
  int count_ = 0;
};

/// Adds up what is reported.
class CountingObserver final : public StoreObserver {
 public:
  void stored(std::string_view kind, const StoreReport& report) override {
    CHECK(kind == "numbers");
    created += report.stored;
    replaced += report.replaced;
    rejected += report.rejected;
  }

  std::size_t created = 0;
  std::size_t replaced = 0;
  std::size_t rejected = 0;
};

/// A kind whose records need a number "n", and one that takes everything.
KindCatalog catalog() {
  const StepRegistry registry = StepRegistry::with_core_steps();
  std::vector<Kind> kinds;
  for (const Object& definition :
       {Object{{"name", "records"}, {"version", 1}, {"pipeline", Array{}}},
        Object{{"name", "numbers"},
               {"version", 3},
               {"pipeline", Array{Object{{"require", Object{{"fields", Array{"n"}}}}}}},
               {"fields", Object{{"n", "number"}}}}}) {
    auto kind = Kind::parse(definition, registry);
    REQUIRE(kind);
    kinds.push_back(*std::move(kind));
  }
  auto all = KindCatalog::of(std::move(kinds));
  REQUIRE(all);
  return *std::move(all);
}

struct Zone {
  memory::MemoryRecordRepository repository;
  SteppingClock clock;
  CountingIds ids;
  CountingObserver observer;
  DropZone zone{{.repository = repository, .clock = clock, .ids = ids, .observer = &observer},
                catalog()};

  StoreReport store(std::vector<Object> objects, Atomicity atomicity = Atomicity::partial,
                    IfExists if_exists = IfExists::fail) {
    StoreRequest request{
        .kind = "numbers", .records = {}, .if_exists = if_exists, .atomicity = atomicity};
    for (Object& object : objects) {
      std::string original = to_json(object) + " as sent";
      request.records.push_back({std::move(original), std::move(object)});
    }
    auto report = zone.store(std::move(request), kNoDeadline);
    REQUIRE(report);
    return *std::move(report);
  }

  std::map<std::string, StoredRecord> all(std::string_view kind) {
    std::map<std::string, StoredRecord> records;
    Query query;
    query.kind = kind;
    query.limit = 1'000;
    const auto next = repository.query(
        query, {.original = true, .meta = true},
        [&](const RecordView& view) {
          records[std::string(view.id)] = {std::string(view.id), std::string(view.data),
                                           std::string(view.original), *view.meta};
        },
        kNoDeadline);
    REQUIRE(next);
    return records;
  }
};

std::vector<StoreStatus> statuses(const StoreReport& report) {
  std::vector<StoreStatus> all;
  for (const StoreResult& result : report.results) all.push_back(result.status);
  return all;
}

TEST_CASE("original and transformed data are stored side by side") {
  Zone zone;
  const auto report = zone.store({Object{{"_id", "a"}, {"n", 1}}});
  CHECK(report.stored == 1);
  const auto records = zone.all("numbers");
  REQUIRE(records.count("a") == 1);
  CHECK(records.at("a").data == R"({"n":1})");
  CHECK(records.at("a").original == R"({"_id":"a","n":1} as sent)");
  CHECK(records.at("a").meta.pipeline == "numbers@3");
}

TEST_CASE("a record without an id gets one, which is in the report") {
  Zone zone;
  const auto report = zone.store({Object{{"n", 1}}});
  CHECK_FALSE(report.results[0].id.empty());
  CHECK(zone.all("numbers").count(report.results[0].id) == 1);
}

TEST_CASE("one bad record does not sink the others, and is kept as a reject") {
  Zone zone;
  const auto report = zone.store({Object{{"_id", "a"}, {"n", 1}}, Object{{"_id", "b"}, {"x", 2}},
                                  Object{{"_id", "c"}, {"n", 3}}});
  CHECK(statuses(report) ==
        std::vector{StoreStatus::stored, StoreStatus::rejected, StoreStatus::stored});
  CHECK(report.stored == 2);
  CHECK(report.rejected == 1);
  const StoreResult& rejected = report.results[1];
  CHECK(rejected.error.code == ErrorCode::missing_field);
  CHECK(rejected.error.step == "require");
  CHECK(rejected.id == "b");

  const auto rejects = zone.all(kRejectsKind);
  REQUIRE(rejects.count(rejected.reject_id) == 1);
  const StoredRecord& reject = rejects.at(rejected.reject_id);
  CHECK(reject.original == R"({"_id":"b","x":2} as sent)");
  CHECK_THAT(
      reject.data,
      Catch::StartsWith(R"({"times":1,"kind":"numbers","code":"missing_field","step":"require")"));
}

TEST_CASE("the records of a source follow those of the list") {
  Zone zone;
  StoreRequest request{.kind = "numbers", .records = {}};
  request.records.push_back({R"({"_id":"a","n":1})", Object{{"_id", "a"}, {"n", 1}}});
  request.source = [](const IncomingSink& sink) -> Result<void> {
    DROPZONE_CHECK(sink({R"({"_id":"b","n":2})", Object{{"_id", "b"}, {"n", 2}}}));
    return sink({R"({"_id":"c"})", Object{{"_id", "c"}}});
  };
  const auto report = zone.zone.store(std::move(request), kNoDeadline);
  REQUIRE(report);
  CHECK(statuses(*report) ==
        std::vector<StoreStatus>{StoreStatus::stored, StoreStatus::stored, StoreStatus::rejected});
  CHECK(zone.all("numbers").at("b").original == R"({"_id":"b","n":2})");
}

TEST_CASE("nothing is stored if the source fails after it has passed on records") {
  Zone zone;
  StoreRequest request{.kind = "numbers", .records = {}};
  request.source = [](const IncomingSink& sink) -> Result<void> {
    DROPZONE_CHECK(sink({R"({"n":1})", Object{{"n", 1}}}));
    DROPZONE_CHECK(sink({R"({})", Object{}}));
    return Error{ErrorCode::invalid_json, "cut off"};
  };
  const auto report = zone.zone.store(std::move(request), kNoDeadline);
  REQUIRE_FALSE(report);
  CHECK(report.error().code == ErrorCode::invalid_json);
  CHECK(zone.all("numbers").empty());
  CHECK(zone.all(kRejectsKind).empty());
}

TEST_CASE("a source is not asked for more once the call is over") {
  Zone zone;
  std::size_t asked = 0;
  StoreRequest request{.kind = "numbers", .records = {}};
  request.source = [&asked](const IncomingSink& sink) -> Result<void> {
    for (; asked < 1'000'000; ++asked) DROPZONE_CHECK(sink({R"({"n":1})", Object{{"n", 1}}}));
    return {};
  };
  const auto report = zone.zone.store(std::move(request), std::chrono::steady_clock::now());
  REQUIRE_FALSE(report);
  CHECK(report.error().code == ErrorCode::deadline_exceeded);
  CHECK(asked < 10'000);
  CHECK(zone.all("numbers").empty());
}

TEST_CASE("an atomic batch with a bad record leaves nothing behind, no reject either") {
  Zone zone;
  const auto report =
      zone.store({Object{{"_id", "a"}, {"n", 1}}, Object{{"x", 2}}}, Atomicity::atomic);
  CHECK(statuses(report) == std::vector{StoreStatus::aborted, StoreStatus::rejected});
  CHECK(report.results[1].reject_id.empty());
  CHECK(zone.all("numbers").empty());
  CHECK(zone.all(kRejectsKind).empty());
}

TEST_CASE("an atomic batch that meets a taken id is undone") {
  Zone zone;
  zone.store({Object{{"_id", "taken"}, {"n", 1}}});
  const auto report = zone.store(
      {Object{{"_id", "new"}, {"n", 2}}, Object{{"_id", "taken"}, {"n", 3}}}, Atomicity::atomic);
  CHECK(statuses(report) == std::vector{StoreStatus::aborted, StoreStatus::rejected});
  CHECK(report.results[1].error.code == ErrorCode::already_exists);
  CHECK(report.results[0].data.empty());
  CHECK(zone.all("numbers").size() == 1);
  CHECK(zone.all("numbers").at("taken").data == R"({"n":1})");
}

TEST_CASE("what is refused for its id is kept as a reject, but for a conflict") {
  Zone zone;
  zone.store({Object{{"_id", "taken"}, {"n", 1}}});
  const auto report =
      zone.store({Object{{"_id", "a/b"}, {"n", 1}}, Object{{"_id", 7}, {"n", 1}},
                  Object{{"_id", ".."}, {"n", 1}}, Object{{"_id", "taken"}, {"n", 1}}});
  CHECK(report.rejected == 4);
  const auto rejects = zone.all(kRejectsKind);
  CHECK(rejects.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(report.results[i].error.code == ErrorCode::invalid_id);
    CHECK(rejects.contains(report.results[i].reject_id));
  }
  CHECK(report.results[3].error.code == ErrorCode::already_exists);
  CHECK(report.results[3].reject_id.empty());
}

TEST_CASE("the same id twice in one request is as if sent one after the other") {
  Zone zone;
  const std::vector<Object> twice = {Object{{"_id", "a"}, {"n", 1}},
                                     Object{{"_id", "a"}, {"n", 2}}};
  SECTION("fail") {
    CHECK(statuses(zone.store(twice)) == std::vector{StoreStatus::stored, StoreStatus::rejected});
    CHECK(zone.all("numbers").at("a").data == R"({"n":1})");
  }
  SECTION("replace") {
    CHECK(statuses(zone.store(twice, Atomicity::partial, IfExists::replace)) ==
          std::vector{StoreStatus::stored, StoreStatus::replaced});
    CHECK(zone.all("numbers").at("a").data == R"({"n":2})");
  }
  SECTION("skip") {
    CHECK(statuses(zone.store(twice, Atomicity::partial, IfExists::skip)) ==
          std::vector{StoreStatus::stored, StoreStatus::skipped});
    CHECK(zone.all("numbers").at("a").data == R"({"n":1})");
  }
}

TEST_CASE("replacing keeps createdAt and gives a new version") {
  Zone zone;
  const auto first = zone.store({Object{{"_id", "a"}, {"n", 1}}});
  const auto second =
      zone.store({Object{{"_id", "a"}, {"n", 2}}}, Atomicity::partial, IfExists::replace);
  const RecordMeta before = first.results[0].meta;
  const RecordMeta after = second.results[0].meta;
  CHECK(after.created_at == before.created_at);
  CHECK(after.updated_at > before.updated_at);
  CHECK(after.version != before.version);
  CHECK(zone.all("numbers").at("a").meta == after);
}

TEST_CASE("the reserved names are refused") {
  Zone zone;
  const auto report =
      zone.store({Object{{"n", 1}, {"_meta", 1}}, Object{{"n", 1}, {"_original", 1}}});
  CHECK(report.rejected == 2);
  CHECK(report.results[0].error.code == ErrorCode::reserved_name);
  CHECK(report.results[0].error.pointer == "/_meta");
  CHECK_FALSE(report.results[1].reject_id.empty());
}

TEST_CASE("put refuses another id in the body, and changes nothing when the pipeline refuses") {
  Zone zone;
  zone.store({Object{{"_id", "a"}, {"n", 1}}});
  const auto put = [&](Object object) {
    return zone.zone.put({.kind = "numbers", .id = "a", .record = {"{}", std::move(object)}},
                         kNoDeadline);
  };
  CHECK(put(Object{{"_id", "b"}, {"n", 2}}).error().code == ErrorCode::id_mismatch);
  CHECK(put(Object{{"x", 2}}).error().code == ErrorCode::missing_field);
  CHECK(zone.all("numbers").at("a").data == R"({"n":1})");
  CHECK(zone.all(kRejectsKind).empty());
  const auto result = put(Object{{"_id", "a"}, {"n", 2}});
  REQUIRE(result);
  CHECK_FALSE(result->created);
  CHECK(zone.all("numbers").at("a").data == R"({"n":2})");
}

TEST_CASE("the observer is notified of every record, however it came") {
  Zone zone;
  zone.store({Object{{"_id", "a"}, {"n", 1}}, Object{{"x", 1}}});
  for (const char* id : {"a", "b", "b"}) {
    REQUIRE(zone.zone.put({.kind = "numbers", .id = id, .record = {"{}", Object{{"n", 2}}}},
                          kNoDeadline));
  }
  REQUIRE_FALSE(
      zone.zone.put({.kind = "numbers", .id = "c", .record = {"{}", Object{}}}, kNoDeadline));
  CHECK(zone.observer.created == 2);
  CHECK(zone.observer.replaced == 2);
  CHECK(zone.observer.rejected == 1);
}

TEST_CASE("a write under the condition of a version happens only with that version") {
  Zone zone;
  const auto version = zone.store({Object{{"_id", "a"}, {"n", 1}}}).results[0].meta.version;
  const auto put = [&](VersionConditions conditions) {
    return zone.zone.put({.kind = "numbers",
                          .id = "a",
                          .record = {"{}", Object{{"n", 2}}},
                          .conditions = std::move(conditions)},
                         kNoDeadline);
  };
  CHECK(put({.if_match = "another"}).error().code == ErrorCode::precondition_failed);
  CHECK(put({.if_none_match_any = true}).error().code == ErrorCode::precondition_failed);
  CHECK(put({.if_match = version}).has_value());
  CHECK(put({.if_match = version}).error().code == ErrorCode::precondition_failed);
  CHECK(put({.if_match = "*"}).has_value());
  CHECK(zone.zone.remove_one("numbers", "a", version, kNoDeadline).error().code ==
        ErrorCode::precondition_failed);
  CHECK(zone.zone.remove_one("numbers", "a", std::nullopt, kNoDeadline).has_value());
  CHECK(zone.zone.remove_one("numbers", "a", std::nullopt, kNoDeadline).error().code ==
        ErrorCode::not_found);
  CHECK(put({.if_match = "*"}).error().code == ErrorCode::precondition_failed);
}

TEST_CASE("a revision that is overtaken is made again of what the other writer left") {
  Zone zone;
  zone.store({Object{{"_id", "a"}, {"n", 1}}});
  int calls = 0;
  const Revision revision = [&](std::string_view original) -> Result<IncomingRecord> {
    if (++calls == 1) {
      zone.store({Object{{"_id", "a"}, {"n", 10}}}, Atomicity::partial, IfExists::replace);
    } else {
      CHECK(original == R"({"_id":"a","n":10} as sent)");
    }
    return IncomingRecord{"{}", Object{{"n", 11}}};
  };
  REQUIRE(zone.zone.revise("numbers", "a", revision, std::nullopt, kNoDeadline));
  CHECK(calls == 2);
  CHECK(zone.all("numbers").at("a").data == R"({"n":11})");
  CHECK(zone.zone.revise("numbers", "none", revision, std::nullopt, kNoDeadline).error().code ==
        ErrorCode::not_found);
}

TEST_CASE("fetching many keeps the order asked and names what is missing") {
  Zone zone;
  zone.store({Object{{"_id", "a"}, {"n", 1}}, Object{{"_id", "b"}, {"n", 2}}});
  const std::vector<std::string> asked = {"x", "b", "y", "a", "b", "z"};
  std::vector<std::string> seen;
  const auto missing = zone.zone.fetch_many(
      "numbers", asked, {}, [&](const RecordView& view) { seen.emplace_back(view.id); },
      kNoDeadline);
  REQUIRE(missing);
  CHECK(seen == std::vector<std::string>{"b", "a", "b"});
  CHECK(*missing == std::vector<std::string>{"x", "y", "z"});
}

TEST_CASE("deleting reports how many there were and which were not") {
  Zone zone;
  zone.store({Object{{"_id", "a"}, {"n", 1}}});
  const std::vector<std::string> ids = {"a", "b", "a"};
  const auto report = zone.zone.remove("numbers", ids, kNoDeadline);
  REQUIRE(report);
  CHECK(report->deleted == 1);
  CHECK(report->missing == std::vector<std::string>{"b", "a"});
  CHECK(zone.all("numbers").empty());
}

TEST_CASE("rejects are listed by kind and deleted by id") {
  Zone zone;
  const auto report = zone.store({Object{{"x", 1}}, Object{{"x", 2}}});
  const auto ids_of = [&](const std::optional<std::string>& kind) {
    std::vector<std::string> seen;
    const auto page = zone.zone.rejects(
        {.kind = kind}, 10, 1'000, std::nullopt,
        [&](const RecordView& view) { seen.emplace_back(view.id); }, kNoDeadline);
    REQUIRE(page);
    return seen;
  };
  CHECK(ids_of(std::nullopt).size() == 2);
  CHECK(ids_of("numbers").size() == 2);
  CHECK(ids_of("records").empty());
  const auto kind = zone.zone.kinds()->find("numbers");
  REQUIRE(kind);
  CHECK(zone.zone.stats(**kind, kNoDeadline)->rejects == 2);

  const std::vector<std::string> one = {report.results[0].reject_id};
  CHECK(zone.zone.remove_rejects(one, kNoDeadline)->deleted == 1);
  CHECK(ids_of(std::nullopt) == std::vector{report.results[1].reject_id});
}

TEST_CASE("a dry run shows the object after each step and stores nothing") {
  Zone zone;
  const auto kind = zone.zone.kinds()->find("numbers");
  REQUIRE(kind);
  const auto good = zone.zone.transform(**kind, Object{{"n", 1}}, {.trace = true}, {});
  REQUIRE(good);
  REQUIRE(good->record);
  CHECK(*good->record == R"({"n":1})");
  REQUIRE(good->trace.size() == 1);
  CHECK(good->trace[0].step == "require");
  const auto bad = zone.zone.transform(**kind, Object{}, {}, {});
  REQUIRE(bad);
  CHECK(bad->record.error().code == ErrorCode::missing_field);
  CHECK(zone.all("numbers").empty());
}

TEST_CASE("the server's own kinds are unknown to clients") {
  Zone zone;
  CHECK(zone.zone.kinds()->find(kRejectsKind).error().code == ErrorCode::unknown_kind);
  const auto unknown = zone.zone.kinds()->find("number");
  REQUIRE_FALSE(unknown);
  CHECK_THAT(unknown.error().detail, Catch::Contains("\"numbers\""));
}

}  // namespace
}  // namespace dropzone
