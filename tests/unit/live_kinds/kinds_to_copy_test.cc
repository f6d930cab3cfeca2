#include <dropzone/kinds/kinds_to_copy.h>

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/memory/memory_record_repository.h>

namespace dropzone::kinds {
namespace {

using Names = std::vector<std::string>;

KindCatalog catalog() {
  std::vector<Kind> kinds;
  for (const char* const name : {"records", "measurements"}) {
    kinds.push_back(Kind::parse(Object{{"name", name}}, StepRegistry::with_core_steps()).value());
  }
  return KindCatalog::of(std::move(kinds)).value();
}

TEST_CASE("all kinds are copied, and those with secrets only on request") {
  const Names found = {
      "_dropzone_api_keys", "_dropzone_history", "_dropzone_idempotency", "_dropzone_rejects",
      "_dropzone_secrets",  "_dropzone_tokens",  "measurements",          "records"};
  CopySelection selection;
  auto kinds = kinds_to_copy(found, KnownKinds{catalog(), {}}, selection);
  REQUIRE(kinds);
  CHECK(kinds->chosen == Names{"_dropzone_history", "_dropzone_idempotency", "_dropzone_rejects",
                               "measurements", "records"});
  CHECK(kinds->left_out == Names{"_dropzone_api_keys", "_dropzone_secrets", "_dropzone_tokens"});

  selection.secrets = true;
  kinds = kinds_to_copy(found, KnownKinds{catalog(), {}}, selection);
  REQUIRE(kinds);
  CHECK(kinds->chosen == found);
  CHECK(kinds->left_out.empty());

  selection.only = {"measurements"};
  kinds = kinds_to_copy(found, KnownKinds{catalog(), {}}, selection);
  REQUIRE(kinds);
  CHECK(kinds->chosen == selection.only);
}

TEST_CASE(
    "jobs are copied only if they are named: they are about the store that they were made for") {
  const Names found = {"_dropzone_jobs", "records"};
  CopySelection selection;
  CHECK(kinds_to_copy(found, KnownKinds{catalog(), {}}, selection)->chosen == Names{"records"});
  selection.only = {"_dropzone_jobs"};
  CHECK(kinds_to_copy(found, KnownKinds{catalog(), {}}, selection)->chosen == selection.only);
}

TEST_CASE("a kind that nothing defines is not passed over in silence") {
  CopySelection selection;
  const auto kinds = kinds_to_copy({"others", "records"}, KnownKinds{catalog(), {}}, selection);
  REQUIRE_FALSE(kinds);
  CHECK_THAT(kinds.error().detail, Catch::Contains("\"others\"") && Catch::Contains("--only"));
  CHECK_FALSE(kinds_to_copy({"_dropzone_newer"}, KnownKinds{catalog(), {}}, selection));

  selection.only = {"records"};
  CHECK(kinds_to_copy({"others", "records"}, KnownKinds{catalog(), {}}, selection));
  selection.only = {"record"};
  const auto misspelt = kinds_to_copy({"records"}, KnownKinds{catalog(), {}}, selection);
  REQUIRE_FALSE(misspelt);
  CHECK_THAT(misspelt.error().detail, Catch::Contains("records"));
}

TEST_CASE("copied records are kept for as long as the file or the request says that defined them") {
  const StepRegistry steps = StepRegistry::with_core_steps();
  const auto days = [&](const char* name, const char* retention) {
    return Kind::parse(Object{{"name", name}, {"retention", retention}}, steps).value();
  };
  std::vector<Kind> files;
  files.push_back(days("by_file", "2d"));
  const KindCatalog catalog = KindCatalog::of(std::move(files)).value();
  memory::MemoryRecordRepository store;
  const auto deploy = [&](const std::string& name, std::string definition) {
    Write head;
    head.kind = kKindsKind;
    head.id = name;
    head.original = std::move(definition);
    head.data_json = "{}";
    REQUIRE(store.write({std::move(head)}, Atomicity::partial, kNoDeadline));
  };
  deploy("deployed", R"({"name": "deployed", "pipeline": [], "retention": "3d"})");
  deploy("unusable",
         R"({"name": "unusable", "pipeline": [{"from_the_future": {}}], "retention": "3d"})");
  deploy("by_file", R"({"name": "by_file", "pipeline": [], "retention": "9d"})");
  const Names defined = {"by_file", "deployed", "unusable"};
  const auto kept_for = kept_for_in(store, {catalog, defined}, steps, std::chrono::seconds(5));
  REQUIRE(kept_for);
  CHECK((*kept_for)("by_file") == std::chrono::hours(48));
  CHECK((*kept_for)("deployed") == std::chrono::hours(72));
  CHECK((*kept_for)("unusable") == std::nullopt);
  CHECK((*kept_for)("records") == std::nullopt);
  CHECK((*kept_for)("_dropzone_rejects") == std::chrono::seconds(5));
  CHECK((*kept_for)("_dropzone_idempotency") == std::chrono::hours(24));
}

}  // namespace
}  // namespace dropzone::kinds
