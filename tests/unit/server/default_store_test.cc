#include <catch2/catch.hpp>

#include <string>

#include "store.h"
#include "support/temporary_folder.h"

namespace dropzone::server {
namespace {

TEST_CASE("without a home, or if it cannot be written, the fault names another way") {
  const test::TemporaryFolder folder;
  const auto file = folder.write("file", "").string();
  for (const config::Environment& environment :
       {config::Environment{},
        config::Environment{{"XDG_DATA_HOME", "relative"}, {"HOME", "relative"}},
        config::Environment{{"XDG_DATA_HOME", file}}}) {
    const auto store = store_url_of({}, environment);
    REQUIRE_FALSE(store.has_value());
    CHECK_THAT(store.error().detail, Catch::Matchers::StartsWith("--store: ") &&
                                         Catch::Matchers::Contains("--store sqlite:"));
  }
}

}  // namespace
}  // namespace dropzone::server
