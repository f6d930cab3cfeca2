#pragma once

namespace dropzone::sqlite {

/// The name of a file system for SQLite that is the usual one, except that a device which fails to
/// read is reported as SQLITE_IOERR_READ. The usual one reports it as SQLITE_IOERR_CORRUPTFS, which
/// SQLite turns into SQLITE_CORRUPT: as if the file were damaged, which nobody knows. Registered
/// with the first call, thread-safe. Null if SQLite has no usual one.
[[nodiscard]] const char* device_file_system();

}  // namespace dropzone::sqlite
