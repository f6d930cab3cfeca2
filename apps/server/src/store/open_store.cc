#include "store/open_store.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/memory/memory_record_repository.h>

#include "store/open_datastore.h"
#include "store/open_sqlite.h"
#include "store/store_url.h"

namespace dropzone::server {
namespace {

/// What stores are opened with.
struct Opening {
  const Options& options;
  const config::Environment& environment;
  const KindCatalog& kinds;
  metrics::Metrics& metrics;
  log::Log& log;
};

Result<Store> open(const MemoryStore&, const Opening&) {
  return Store{.repository = std::make_unique<memory::MemoryRecordRepository>(),
               .description = "memory:, which is lost when the server stops",
               .is_new = true};
}

Result<Store> open(const SqliteStore& store, const Opening& opening) {
  auto repository = open_sqlite(store.path, opening.kinds, opening.metrics, opening.log);
  if (!repository) {
    return config::fault("--store sqlite:" + store.path.string(), repository.error().detail);
  }
  std::error_code ignored;
  const auto path = std::filesystem::absolute(store.path, ignored).lexically_normal();
  const bool is_new = (*repository)->is_new();
  return Store{.repository = *std::move(repository),
               .description = "sqlite:" + path.string(),
               .is_new = is_new};
}

Result<Store> open(const DatastoreStore& store, const Opening& opening) {
  const std::string url = to_text(store);
  auto repository = open_datastore(store, opening.options, opening.environment, opening.metrics);
  if (!repository) return config::fault("--store " + url, repository.error().detail);
  return Store{.repository = *std::move(repository), .description = url, .embedded = false};
}

}  // namespace

Result<StoreUrl> store_url_of(const Options& options, const config::Environment& environment) {
  if (options.store.empty()) {
    auto store = default_store(environment);
    if (!store) return std::move(store).error();
    return StoreUrl(*std::move(store));
  }
  auto url = parse_store_url(options.store);
  if (!url) return config::fault("--store", url.error().detail);
  return url;
}

Result<Store> open_store(const Options& options, const config::Environment& environment,
                         const KindCatalog& kinds, metrics::Metrics& metrics, log::Log& log) {
  const auto url = store_url_of(options, environment);
  if (!url) return url.error();
  const Opening opening{options, environment, kinds, metrics, log};
  return std::visit([&](const auto& store) { return open(store, opening); }, *url);
}

}  // namespace dropzone::server
