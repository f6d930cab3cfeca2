#include <dropzone/kinds/kinds_to_copy.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

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
  const Names found = {"_dropzone_api_keys",
                       "_dropzone_idempotency",
                       "_dropzone_rejects",
                       "_dropzone_secrets",
                       "_dropzone_tokens",
                       "measurements",
                       "records"};
  CopySelection selection;
  auto kinds = kinds_to_copy(found, KnownKinds{catalog(), {}}, selection);
  REQUIRE(kinds);
  CHECK(kinds->chosen ==
        Names{"_dropzone_idempotency", "_dropzone_rejects", "measurements", "records"});
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

}  // namespace
}  // namespace dropzone::kinds
