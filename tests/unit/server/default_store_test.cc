#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

#include "store.h"
#include "support/temporary_folder.h"

namespace dropzone::server {
namespace {

namespace fs = std::filesystem;

TEST_CASE("the default file is in the user's data directory, which is made for its owner alone") {
  const test::TemporaryFolder folder;
  const auto data = folder.path() / "data";
  const auto store = default_store({{"XDG_DATA_HOME", data.string()}});
  CHECK(store.value().path == data / "dropzone" / "dropzone.db");
  CHECK(fs::status(data / "dropzone").permissions() == fs::perms::owner_all);
  const auto home = default_store({{"HOME", folder.path().string()}});
  CHECK(home.value().path == folder.path() / ".local/share/dropzone/dropzone.db");
  CHECK(fs::is_directory(folder.path() / ".local/share/dropzone"));
}

TEST_CASE("without a home, or where it cannot be written, the fault names another way") {
  const test::TemporaryFolder folder;
  const auto file = folder.write("file", "").string();
  for (const config::Environment& environment :
       {config::Environment{},
        config::Environment{{"XDG_DATA_HOME", "relative"}, {"HOME", "relative"}},
        config::Environment{{"XDG_DATA_HOME", file}}}) {
    const auto store = default_store(environment);
    REQUIRE_FALSE(store.has_value());
    CHECK_THAT(store.error().detail, Catch::Matchers::StartsWith("--store: ") &&
                                         Catch::Matchers::Contains("--store sqlite:"));
  }
}

}  // namespace
}  // namespace dropzone::server
