#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <dropzone/result.h>

#include "db/catalog.h"
#include "db/connection.h"

namespace dropzone::sqlite {

/// Whether this software may read the file: `invalid_configuration` if it belongs to another
/// application, `store_newer` if a newer version has written it.
Result<void> check_owner(Connection& connection);

/// Brings the file to the newest layout, creating it if it is empty. `store_corrupt` if it is
/// no database or damaged, `invalid_configuration` if it belongs to another application,
/// `store_newer` if a newer version has written it.
Result<void> prepare_schema(Connection& connection);

/// Of the pages of a file that is still empty, or of a copy that VACUUM INTO makes. Other files
/// keep the size that they have.
Result<void> set_page_size(Connection& connection);

/// Pages of the file that have so many bytes.
Result<std::int64_t> pages_of(Connection& connection, std::size_t bytes);

/// Reads the file's shared texts, and its kinds with their indexes, into the catalog.
Result<void> load_texts(Connection& connection, Catalog& catalog);
Result<void> load_kinds(Connection& connection, Catalog& catalog);

// Precondition of these: within a write transaction. Notify the catalog once it is
// committed.

/// The tables of a kind, created if there are none.
Result<KindTables> make_kind(Connection& connection, std::string_view name);
/// The number of a text, which is added if it is new. Nothing if there is no more room.
Result<std::optional<std::int64_t>> make_text(Connection& connection, std::string_view text);
/// A complete index without entries.
Result<FieldIndex> make_index(Connection& connection, const KindTables& kind,
                              const FieldPath& field);
/// The index is to be built from the first record on.
Result<void> begin_index(Connection& connection, const FieldIndex& index);
Result<void> drop_index(Connection& connection, std::int64_t index);
/// From now on it belongs to no kind, and is to be dropped piece by piece.
Result<void> retire_index(Connection& connection, std::int64_t index);
/// Drops one that was retired, or some of its entries. False if there is none.
Result<bool> drop_piece(Connection& connection);

}  // namespace dropzone::sqlite
