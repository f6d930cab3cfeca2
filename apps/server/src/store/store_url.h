#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include <dropzone/config/environment.h>
#include <dropzone/datastore/options.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// Records are kept until the process ends.
struct MemoryStore {
  friend bool operator==(const MemoryStore&, const MemoryStore&) = default;
};

/// Records are kept in one file.
struct SqliteStore {
  std::filesystem::path path;

  friend bool operator==(const SqliteStore&, const SqliteStore&) = default;
};

/// Records are kept in Google Datastore.
using DatastoreStore = datastore::StoreName;

using StoreUrl = std::variant<MemoryStore, SqliteStore, DatastoreStore>;

/// The URL of a store in Datastore.
[[nodiscard]] std::string to_text(const DatastoreStore& store);

/// Reads `memory:`, `sqlite:PATH` or `datastore:PROJECT[/NAMESPACE][?database=ID]`. An error's
/// detail says what is wrong with the text and how to mend it.
Result<StoreUrl> parse_store_url(std::string_view text);

/// The file in the user's data directory where records are kept if nothing else is said:
/// `$XDG_DATA_HOME/dropzone/dropzone.db`, else below `$HOME/.local/share`. Makes the directory, for
/// its owner alone. The error is a whole fault.
Result<SqliteStore> default_store(const config::Environment& environment);

}  // namespace dropzone::server
