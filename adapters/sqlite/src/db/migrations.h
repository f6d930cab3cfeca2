#pragma once

#include <array>

#include <dropzone/result.h>

#include "db/connection.h"

namespace dropzone::sqlite {

/// Brings a file from one version of the layout to the next. Within a write transaction.
using Migration = Result<void> (*)(Connection&);

Result<void> make_tables(Connection& connection);
Result<void> encode_large_numbers(Connection& connection);
Result<void> let_indexes_be_incomplete(Connection& connection);
Result<void> keep_how_received(Connection& connection);

/// Oldest first. What was released is never changed.
inline constexpr std::array<Migration, 4> kMigrations = {
    make_tables, encode_large_numbers, let_indexes_be_incomplete, keep_how_received};

}  // namespace dropzone::sqlite
