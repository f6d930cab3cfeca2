#include <dropzone/stores/open_store.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include <dropzone/memory/memory_record_repository.h>

#include "open_datastore.h"
#include "open_sqlite.h"

namespace dropzone::stores {
namespace {

Result<Store> open(const MemoryStore&, const Opening&) {
  return Store{.repository = std::make_unique<memory::MemoryRecordRepository>(),
               .description = "memory:, which is lost when the server stops",
               .is_new = true};
}

Result<Store> open(const SqliteStore& store, const Opening& opening) {
  DROPZONE_TRY(auto repository, open_sqlite(store.path, opening));
  std::error_code ignored;
  const auto path = std::filesystem::absolute(store.path, ignored).lexically_normal();
  const bool is_new = repository->is_new();
  return Store{.repository = std::move(repository),
               .description = "sqlite:" + path.string(),
               .is_new = is_new};
}

Result<Store> open(const DatastoreStore& store, const Opening& opening) {
  DROPZONE_TRY(auto repository, open_datastore(store, opening));
  return Store{
      .repository = std::move(repository), .description = to_text(store), .embedded = false};
}

}  // namespace

Result<Store> open_store(const StoreUrl& url, const Opening& opening) {
  return std::visit([&](const auto& store) { return open(store, opening); }, url);
}

}  // namespace dropzone::stores
