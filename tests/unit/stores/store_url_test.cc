#include <dropzone/stores/store_url.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/temporary_folder.h"

namespace dropzone::stores {
namespace {

namespace fs = std::filesystem;

TEST_CASE("each form of a store's URL is understood") {
  CHECK(parse_store_url("memory:").value() == StoreUrl(MemoryStore{}));
  CHECK(parse_store_url("sqlite:data.db").value() == StoreUrl(SqliteStore{"data.db"}));
  CHECK(parse_store_url("sqlite:/var/a b/x.db").value() == StoreUrl(SqliteStore{"/var/a b/x.db"}));
  CHECK(parse_store_url("sqlite:///var/x.db").value() == StoreUrl(SqliteStore{"///var/x.db"}));
  CHECK(parse_store_url("datastore:my-project").value() ==
        StoreUrl(DatastoreStore{"my-project", "", ""}));
  CHECK(parse_store_url("datastore:example.com:p/Space_1?database=db-2").value() ==
        StoreUrl(DatastoreStore{"example.com:p", "Space_1", "db-2"}));
  CHECK(parse_store_url("datastore:p?database=(default)").value() ==
        StoreUrl(DatastoreStore{"p", "", ""}));
}

TEST_CASE("text that is not a store's URL is refused with the forms there are") {
  CHECK(parse_store_url("sqlit:x").error().detail ==
        "\"sqlit:x\" is not a store. Write memory:, sqlite:PATH or "
        "datastore:PROJECT[/NAMESPACE][?database=ID]. Did you mean \"sqlite\"?");
  for (const auto text : {"", "memory", "sqlite", "data.db", "memory:x", "sqlite:", "sqlite://x.db",
                          "datastore:", "datastore:/n", "datastore:Project", "datastore:p/a b",
                          "datastore:p?databse=x", "datastore:p?database=X", "postgres://x"}) {
    CAPTURE(text);
    const auto url = parse_store_url(text);
    REQUIRE_FALSE(url.has_value());
    CHECK(url.error().code == ErrorCode::invalid_configuration);
  }
}

TEST_CASE("the default file is in the user's data directory, which is made for its owner alone") {
  const test::TemporaryFolder folder;
  const auto data = folder.path() / "data";
  const auto store = default_store(data.string(), "");
  CHECK(store.value().path == data / "dropzone" / "dropzone.db");
  CHECK(fs::status(data / "dropzone").permissions() == fs::perms::owner_all);
  const auto home = default_store("relative", folder.path().string());
  CHECK(home.value().path == folder.path() / ".local/share/dropzone/dropzone.db");
  CHECK(fs::is_directory(folder.path() / ".local/share/dropzone"));
}

}  // namespace
}  // namespace dropzone::stores
