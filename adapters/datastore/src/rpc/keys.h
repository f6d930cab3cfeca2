#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rpc/json_document.h"

namespace dropzone::datastore {

/// Which part of which database.
struct Partition {
  std::string project;
  std::string database;
  std::string name_space;
};

/// Whether Datastore keeps a name, of a key or a property, for itself.
[[nodiscard]] bool is_reserved(std::string_view name) noexcept;

/// The number of an id that stands for a numeric key, which only other clients make: 123 for
/// `__id123__`.
[[nodiscard]] std::optional<std::int64_t> numeric_key(std::string_view id) noexcept;

/// Whether the id can be a key of Datastore's at all; if not, there is no such record.
[[nodiscard]] bool is_key(std::string_view id) noexcept;

/// Datastore's order of keys: the numeric ones first, by number, then the others by their bytes.
[[nodiscard]] std::strong_ordering compare_ids(std::string_view left,
                                               std::string_view right) noexcept;

/// Appends the key of a record as JSON.
void append_key(std::string& out, const Partition& partition, std::string_view kind,
                std::string_view id);
/// Appends `"databaseId":…,` and what else every request begins with.
void append_database(std::string& out, const Partition& partition);
/// Appends the partition's JSON.
void append_partition(std::string& out, const Partition& partition);

/// The id of a record's key, or nothing for the key of an entity that has a parent: such are no
/// records.
[[nodiscard]] std::optional<std::string> id_of_key(const JsonNode& key);

}  // namespace dropzone::datastore
