#pragma once

#include <string_view>

#include <dropzone/error.h>

struct sqlite3;

namespace dropzone::sqlite {

/// What SQLite's last failure on this connection means to a caller of the store.
[[nodiscard]] Error last_error(sqlite3* connection);

/// What a COMMIT that has just failed means: `outcome_unknown` if the transaction may be in the
/// log nevertheless, whole, so that the next opening finds it; else what last_error() says.
[[nodiscard]] Error commit_error(sqlite3* connection);

/// As an error for the store as a whole, by SQLite's extended result code and errno, 0 if it is
/// not known. These and the message are its cause.
[[nodiscard]] Error error_of(int result_code, int system_error, std::string_view message = {});

}  // namespace dropzone::sqlite
