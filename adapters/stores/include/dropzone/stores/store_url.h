#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include <dropzone/datastore/options.h>
#include <dropzone/result.h>

namespace dropzone::stores {

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

/// The URL as text.
[[nodiscard]] std::string to_text(const MemoryStore& store);
[[nodiscard]] std::string to_text(const SqliteStore& store);
[[nodiscard]] std::string to_text(const DatastoreStore& store);
[[nodiscard]] std::string to_text(const StoreUrl& url);

/// Reads `memory:`, `sqlite:PATH` or `datastore:PROJECT[/NAMESPACE][?database=ID]`. An error's
/// detail says what is wrong with the text and how to mend it.
Result<StoreUrl> parse_store_url(std::string_view text);

/// The file in a user's data directory where records are kept by default:
/// `DATA_HOME/dropzone/dropzone.db`, or if `data_home` is not absolute, as the XDG specification
/// has it, the same below `HOME/.local/share`. Makes the directory, for its owner alone.
Result<SqliteStore> default_store(std::string_view data_home, std::string_view home);

}  // namespace dropzone::stores
