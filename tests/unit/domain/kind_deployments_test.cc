#include <dropzone/store/kind_deployments.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/memory/memory_record_repository.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

const CallOptions kCaller = [] {
  CallOptions options;
  options.principal = "ann";
  return options;
}();

Value parsed(std::string_view text) { return json::decode_value(text, 100).value(); }

/// The parts of a server that deployments need; several share a store.
struct Instance {
  explicit Instance(RecordRepository& repository, std::vector<std::string> files = {})
      : zone({.repository = repository, .clock = clock, .ids = ids, .digest = &digest},
             KindCatalog::of(std::vector<Kind>()).value()),
        deployments({.repository = repository,
                     .clock = clock,
                     .ids = ids,
                     .digest = digest,
                     .steps = steps,
                     .decode = [](std::string_view text) { return json::decode_value(text, 100); },
                     .warn = [this](const std::string& text) { warnings.push_back(text); }},
                    zone, kinds_of(files)) {
    REQUIRE(deployments.refresh(kCaller));
  }

  std::vector<std::shared_ptr<const Kind>> kinds_of(const std::vector<std::string>& texts) const {
    std::vector<std::shared_ptr<const Kind>> kinds;
    for (const std::string& text : texts) {
      kinds.push_back(std::make_shared<const Kind>(Kind::parse(parsed(text), steps).value()));
    }
    return kinds;
  }

  Result<Deployment> deploy(std::string_view name, std::string_view definition,
                            VersionConditions conditions = {}) {
    return deployments.deploy(name, parsed(definition), conditions, kCaller);
  }

  std::string stored(const std::string& kind, Object object) {
    StoreRequest request{.kind = kind, .records = {}};
    request.records.push_back({.original = to_json(object), .object = std::move(object)});
    const auto report = zone.store(std::move(request), kCaller);
    if (!report) return std::string(error_name(report.error().code));
    const StoreResult& result = report->results.front();
    return result.status == StoreStatus::rejected ? std::string(error_name(result.error.code))
                                                  : result.meta.pipeline + ' ' + result.data;
  }

  SystemClock clock;
  RandomIdSource ids;
  crypto::OpensslDigest digest;
  StepRegistry steps = StepRegistry::with_core_steps();
  std::vector<std::string> warnings;
  DropZone zone;
  KindDeployments deployments;
};

constexpr const char* kAddsOne =
    R"({"pipeline": [{"set": {"field": "a", "value": 1}}], "fields": {"a": "number"}})";
constexpr const char* kAddsTwo = R"({"pipeline": [{"set": {"field": "a", "value": 2}}]})";

class LaterStep final : public Step {
 public:
  std::string_view name() const noexcept override { return "from_later"; }
  Result<void> apply(Object&, const StepContext&) const override { return {}; }
};

Result<std::unique_ptr<Step>> newer_step() { return std::make_unique<LaterStep>(); }

std::string code_of(const Result<Deployment>& result) {
  REQUIRE_FALSE(result);
  return std::string(error_name(result.error().code)) + ' ' + result.error().pointer;
}

}  // namespace

TEST_CASE("a kind that is deployed takes records at once, and its next version makes others") {
  memory::MemoryRecordRepository repository;
  Instance server(repository);
  CHECK(server.stored("things", {}) == "unknown_kind");
  const auto first = server.deploy("things", kAddsOne);
  REQUIRE(first);
  CHECK(first->created);
  CHECK(first->kind->pipeline_name() == "things@1");
  CHECK(server.stored("things", {}) == R"(things@1 {"a":1})");

  const auto second = server.deploy("things", kAddsTwo);
  REQUIRE(second);
  CHECK_FALSE(second->created);
  CHECK(second->etag != first->etag);
  CHECK(server.stored("things", {}) == R"(things@2 {"a":2})");

  const auto versions = server.deployments.versions("things", kCaller);
  REQUIRE(versions);
  REQUIRE(versions->size() == 2);
  CHECK((*versions)[0].deployed_by == "ann");
  CHECK((*versions)[0].definition == to_json(first->kind->definition()));
  CHECK(server.deployments.version("things", 2, kCaller)->definition ==
        to_json(second->kind->definition()));
  CHECK(server.deployments.version("things", 3, kCaller).error().code == ErrorCode::not_found);
  CHECK(server.deployments.versions("thing", kCaller).error().code == ErrorCode::unknown_kind);
}

TEST_CASE("what changes no record keeps the version, and the same definition changes nothing") {
  memory::MemoryRecordRepository repository;
  Instance server(repository);
  const auto first = server.deploy("things", kAddsOne);
  const auto same = server.deploy("things", kAddsOne);
  REQUIRE(same);
  CHECK(same->etag == first->etag);
  const auto described = server.deploy(
      "things",
      R"({"pipeline": [{"set": {"field": "a", "value": 1}}], "fields": {"a": "number"},
          "description": "Things.", "indexes": ["a"]})");
  REQUIRE(described);
  CHECK(described->kind->pipeline_name() == "things@1");
  CHECK(described->etag != first->etag);
  CHECK(server.deployments.find("things")->kind->description() == "Things.");
}

TEST_CASE("a version that is given must be the next one") {
  memory::MemoryRecordRepository repository;
  Instance server(repository);
  CHECK(code_of(server.deploy("things", R"({"version": 2})")) == "version_conflict /version");
  REQUIRE(server.deploy("things", R"({"version": 1})"));
  REQUIRE(server.deploy("things", R"({"version": 1})"));
  CHECK(code_of(server.deploy(
            "things", R"({"version": 1, "pipeline": [{"set": {"field": "a", "value": 1}}]})")) ==
        "version_conflict /version");
  const auto next = server.deploy(
      "things", R"({"version": 2, "pipeline": [{"set": {"field": "a", "value": 1}}]})");
  CHECK(next->kind->version() == 2);
}

TEST_CASE("a faulty definition leaves the present one in force") {
  memory::MemoryRecordRepository repository;
  Instance server(repository);
  REQUIRE(server.deploy("things", kAddsOne));
  CHECK(code_of(server.deploy("things", R"({"pipeline": [{"st": {}}]})")) ==
        "invalid_configuration /pipeline/0/st");
  CHECK(code_of(server.deploy("things", R"({"name": "other"})")) == "invalid_configuration /name");
  CHECK(code_of(server.deploy("things", "[]")) == "invalid_configuration ");
  const auto failed = server.deploy("things", R"({"pipeline": [{"set": {"field": "a", "value": 2}}],
                    "examples": [{"original": {}, "record": {"a": 2}},
                                 {"original": {"b": 1}, "record": {"b": 1, "a": 3}}]})");
  CHECK(code_of(failed) == "example_failed /examples/1");
  CHECK(failed.error().detail ==
        R"(Example 1 expects {"b":1,"a":3}, and the pipeline makes {"b":1,"a":2}.)");
  CHECK(server.stored("things", {}) == R"(things@1 {"a":1})");
  CHECK(server.deployments.versions("things", kCaller)->size() == 1);
}

TEST_CASE("a deployment can ask for what it replaces") {
  memory::MemoryRecordRepository repository;
  Instance server(repository);
  CHECK(code_of(server.deploy("things", kAddsOne, {.if_match = "*"})) == "precondition_failed ");
  const auto first = server.deploy("things", kAddsOne, {.if_none_match_any = true});
  REQUIRE(first);
  CHECK(code_of(server.deploy("things", kAddsTwo, {.if_none_match_any = true})) ==
        "precondition_failed ");
  CHECK(code_of(server.deploy("things", kAddsTwo, {.if_match = "other"})) ==
        "precondition_failed ");
  CHECK(server.deploy("things", kAddsTwo, {.if_match = first->etag}));
}

TEST_CASE("a kind that is retired keeps its records and its numbers") {
  memory::MemoryRecordRepository repository;
  Instance server(repository);
  REQUIRE(server.deploy("things", kAddsOne));
  CHECK(server.stored("things", {}) == R"(things@1 {"a":1})");
  REQUIRE(server.deployments.retire("things", {}, kCaller));
  CHECK(server.stored("things", {}) == "unknown_kind");
  CHECK(code_of(server.deployments.retire("things", {}, kCaller)) == "unknown_kind ");
  CHECK(server.deployments.versions("things", kCaller)->size() == 1);

  const auto again = server.deploy("things", kAddsTwo);
  REQUIRE(again);
  CHECK(again->created);
  CHECK(server.stored("things", {}) == R"(things@2 {"a":2})");
  CHECK(server.zone.stats(*again->kind, kCaller)->records == 2);
}

TEST_CASE("every instance over the same store finds what one deploys and retires") {
  memory::MemoryRecordRepository repository;
  Instance one(repository);
  Instance other(repository);
  REQUIRE(one.deploy("things", kAddsOne));
  CHECK(other.stored("things", {}) == "unknown_kind");
  REQUIRE(other.deployments.refresh(kCaller));
  CHECK(other.stored("things", {}) == R"(things@1 {"a":1})");
  REQUIRE(other.deploy("things", kAddsTwo));
  REQUIRE(one.deployments.refresh(kCaller));
  CHECK(one.stored("things", {}) == R"(things@2 {"a":2})");
  REQUIRE(one.deployments.retire("things", {}, kCaller));
  REQUIRE(other.deployments.refresh(kCaller));
  CHECK(other.stored("things", {}) == "unknown_kind");
  Instance late(repository);
  CHECK(late.stored("things", {}) == "unknown_kind");
}

TEST_CASE("an instance that retires a version that it has not seen yet uses no number again") {
  memory::MemoryRecordRepository repository;
  Instance ahead(repository);
  Instance behind(repository);
  REQUIRE(ahead.deploy("things", kAddsOne));
  REQUIRE(behind.deployments.refresh(kCaller));
  REQUIRE(ahead.deploy("things", kAddsTwo));
  REQUIRE(behind.deployments.retire("things", {}, kCaller));
  const auto next = ahead.deploy("things", kAddsOne);
  REQUIRE(next);
  CHECK(next->kind->pipeline_name() == "things@3");
  const auto versions = ahead.deployments.versions("things", kCaller);
  REQUIRE(versions);
  CHECK(versions->size() == 3);
}

TEST_CASE("deployments at the same time get a version each") {
  memory::MemoryRecordRepository repository;
  std::vector<std::unique_ptr<Instance>> servers;
  for (int i = 0; i < 4; ++i) servers.push_back(std::make_unique<Instance>(repository));
  std::atomic<int> deployed = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        const Value definition =
            Object{{"pipeline", Array{Object{{"set", Object{{"field", "a"}, {"value", i}}}}}}};
        deployed += servers[static_cast<std::size_t>(i)]
                        ->deployments.deploy("things", definition, {}, kCaller)
                        .has_value();
      });
    }
  }
  CHECK(deployed == 4);
  const auto versions = servers.front()->deployments.versions("things", kCaller);
  REQUIRE(versions->size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK((*versions)[i].version == std::int64_t(i) + 1);
}

TEST_CASE(
    "a kind of a file cannot be changed by a request, and is numbered if it says no version") {
  memory::MemoryRecordRepository repository;
  const std::string file =
      R"({"name": "things", "pipeline": [{"set": {"field": "a", "value": 1}}]})";
  Instance server(repository, {file});
  CHECK(server.stored("things", {}) == R"(things@1 {"a":1})");
  CHECK(code_of(server.deploy("things", kAddsTwo)) == "managed_by_file ");
  CHECK(code_of(server.deployments.retire("things", {}, kCaller)) == "managed_by_file ");
  CHECK(server.deployments.find("things")->by_file);

  server.deployments.set_files(server.kinds_of(
      {R"({"name": "things", "pipeline": [{"set": {"field": "a", "value": 2}}]})"}));
  CHECK(server.stored("things", {}) == "unavailable");
  REQUIRE(server.deployments.refresh(kCaller));
  CHECK(server.stored("things", {}) == R"(things@2 {"a":2})");
  Instance restarted(repository, {file});
  CHECK(restarted.stored("things", {}) == R"(things@3 {"a":1})");
  CHECK(restarted.deployments.versions("things", kCaller)->size() == 3);
}

TEST_CASE("a request goes on counting where a file stopped") {
  memory::MemoryRecordRepository repository;
  { const Instance server(repository, {R"({"name": "things", "version": 7})"}); }
  Instance server(repository);
  CHECK(server.stored("things", {}) == "unknown_kind");
  CHECK(server.deploy("things", kAddsOne)->kind->version() == 8);
}

TEST_CASE("a kind makes the id of a record of its fields") {
  memory::MemoryRecordRepository repository;
  Instance server(repository);
  REQUIRE(server.deploy("events", R"({"id": {"field": "eventId"}})"));
  CHECK(server.stored("events", {{"eventId", "e1"}}) == R"(events@1 {"eventId":"e1"})");
  CHECK(server.stored("events", {{"eventId", "e1"}}) == "already_exists");
  CHECK(server.stored("events", {{"eventId", 17}}) == R"(events@1 {"eventId":17})");
  CHECK(server.stored("events", {{"eventId", "a/b"}}) == "invalid_id");
  CHECK(server.stored("events", {{"eventId", 1.5}}) == "type_mismatch");
  CHECK(server.stored("events", {{"n", 1}}) == "missing_field");
  CHECK(server.stored("events", {{"_id", "own"}, {"eventId", "e1"}}) ==
        R"(events@1 {"eventId":"e1"})");

  REQUIRE(server
              .deploy("points", R"({"id": {"from": ["station", "at"]},
      "examples": [{"original": {"station": 7, "at": "x"},
                    "record": {"_id": "SjMKDCSPLMjBnGBbNJfPjZ", "station": 7, "at": "x"}}]})")
              .error()
              .code == ErrorCode::example_failed);
  REQUIRE(server.deploy("points", R"({"id": {"from": ["station", "at"]}})"));
  CHECK(server.stored("points", {{"station", 7}, {"at", "x"}, {"n", 1}}).starts_with("points@1"));
  CHECK(server.stored("points", {{"at", "x"}, {"station", 7}, {"n", 2}}) == "already_exists");
  CHECK(server.stored("points", {{"station", 7}, {"at", "y"}}).starts_with("points@1"));
  CHECK(server.stored("points", {{"station", 7}}) == "missing_field");
}

TEST_CASE("a program that does not know a step leaves the kinds that it does know in force") {
  memory::MemoryRecordRepository repository;
  Instance newer(repository);
  newer.steps.add("from_later", [](const Value&) { return newer_step(); });
  REQUIRE(newer.deploy("things", kAddsOne));
  REQUIRE(newer.deploy("later", R"({"pipeline": [{"from_later": {}}]})"));
  Instance older(repository);
  CHECK(older.stored("things", {}) == R"(things@1 {"a":1})");
  CHECK(older.stored("later", {}) == "unknown_kind");
  REQUIRE(older.warnings.size() == 1);
  CHECK(older.warnings.front().find("later") != std::string::npos);
}

}  // namespace dropzone
