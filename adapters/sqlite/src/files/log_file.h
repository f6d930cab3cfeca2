#pragma once

#include <sqlite3.h>

#include <vector>

namespace dropzone::sqlite {

/// SQLite's log, written in large pieces: SQLite writes 24 bytes and a page in turn, for each page
/// of a transaction. What waits is in the file once SQLite syncs the log, which it does before it
/// lets others know of a transaction; what still waits when the transaction ends was rolled back,
/// and is dropped. For one thread at a time, as all of a connection.
struct LogFile {
  sqlite3_file base{};  ///< First: it is what SQLite sees.
  std::vector<char> waiting;
  sqlite3_int64 begin = 0;   ///< The place in the file of what is waiting.
  LogFile** slot = nullptr;  ///< The pointer to it in its database's file.

  /// Nothing of it reaches the file.
  void drop() noexcept { waiting.clear(); }
};

/// Opens it in `memory`, which has room for a LogFile and the usual file. `slot` is where the file
/// of its database knows it from now on, until it is closed.
int open_log_file(sqlite3_vfs* usual, const char* name, sqlite3_file* memory, int flags,
                  int* flags_out, LogFile** slot);

}  // namespace dropzone::sqlite
