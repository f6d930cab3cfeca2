#pragma once

namespace dropzone::sqlite {

/// The name of a file system for sqlite3_open_v2() that is the usual one, but writes SQLite's log
/// in large pieces: SQLite writes 24 bytes and a page in turn, for each page of a transaction. What
/// it has written is in the file when it syncs the log, which it does before it lets others know of
/// it only with `PRAGMA synchronous = FULL`: for connections with this setting alone. Registered
/// with the first call. Thread-safe. Null where the usual file system is not to be had.
///
/// Source: https://sqlite.org/vfs.html, https://sqlite.org/walformat.html
const char* log_file_system();

}  // namespace dropzone::sqlite
