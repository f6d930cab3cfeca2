#pragma once

namespace dropzone::sqlite {

/// The name of a file system for sqlite3_open_v2() that is the usual one, except that it gathers
/// what is written to the log (log_file.h) and guards how the log is moved (database_file.h). Right
/// with `PRAGMA synchronous = FULL` alone. Keeps errno of the call that failed for
/// sqlite3_system_errno(). Registered with the first call. Thread-safe. Null if the usual file
/// system is not to be had.
///
/// Source: https://sqlite.org/vfs.html, https://sqlite.org/walformat.html
const char* log_file_system();

}  // namespace dropzone::sqlite
