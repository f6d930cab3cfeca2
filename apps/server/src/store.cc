#include "store.h"

#include <optional>
#include <string>
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

Result<stores::StoreUrl> store_url_of(const Options& options,
                                      const config::Environment& environment) {
  if (options.store.empty()) {
    auto store = stores::default_store(config::value_of(environment, "XDG_DATA_HOME"),
                                       config::value_of(environment, "HOME"));
    if (store) return stores::StoreUrl(*std::move(store));
    return config::fault("--store", store.error().detail +
                                        " Name another, such as --store "
                                        "sqlite:/var/lib/dropzone/dropzone.db.");
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
