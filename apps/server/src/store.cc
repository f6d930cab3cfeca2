#include "store.h"

#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <dropzone/config/setting.h>

namespace dropzone::server {
namespace {

datastore::Environment lookup_in(const config::Environment& environment) {
  return [environment](const char* name) {
    const std::string_view value = config::value_of(environment, name);
    return value.empty() ? std::nullopt : std::optional<std::string>(value);
  };
}

}  // namespace

Result<stores::SqliteStore> default_store(const config::Environment& environment) {
  namespace fs = std::filesystem;
  fs::path base = config::value_of(environment, "XDG_DATA_HOME");
  if (!base.is_absolute()) {  // The XDG specification wants a relative one ignored.
    const fs::path home = config::value_of(environment, "HOME");
    if (!home.is_absolute()) {
      return config::fault("--store",
                           "there is no home directory for the default file. Name one, such as "
                           "--store sqlite:/var/lib/dropzone/dropzone.db.");
    }
    base = home / ".local" / "share";
  }
  const fs::path directory = base / "dropzone";
  std::error_code error;
  const bool made = fs::create_directories(directory, error);
  if (made) fs::permissions(directory, fs::perms::owner_all, error);
  if (error) {
    return config::fault("--store", "the directory " + directory.string() + " cannot be made (" +
                                        error.message() +
                                        "). Name another file, such as --store "
                                        "sqlite:/var/lib/dropzone/dropzone.db.");
  }
  return stores::SqliteStore{directory / "dropzone.db"};
}

Result<stores::StoreUrl> store_url_of(const Options& options,
                                      const config::Environment& environment) {
  if (options.store.empty()) {
    DROPZONE_TRY(auto store, default_store(environment));
    return stores::StoreUrl(std::move(store));
  }
  auto url = stores::parse_store_url(options.store);
  if (!url) return config::fault("--store", url.error().detail);
  return url;
}

Result<Store> open_store(const Options& options, const config::Environment& environment,
                         const KindCatalog& kinds, metrics::Metrics& metrics, log::Log& log) {
  DROPZONE_TRY(const auto url, store_url_of(options, environment));
  auto store = stores::open_store(url, {.kinds = kinds,
                                        .metrics = metrics,
                                        .log = log,
                                        .datastore = options.datastore,
                                        .environment = lookup_in(environment)});
  if (!store) return config::fault("--store " + to_text(url), store.error().detail);
  return store;
}

}  // namespace dropzone::server
