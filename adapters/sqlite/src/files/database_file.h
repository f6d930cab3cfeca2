#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "files/log_file.h"

namespace dropzone::sqlite {

/// What SQLite cannot say of a checkpoint.
struct CheckpointFault {
  int status = SQLITE_OK;  ///< Of the sync that failed.
  int system_error = 0;    ///< Its errno.
};

/// The database's file of a connection. It guards what SQLite leaves open when the log is written
/// or moved; docs/adr/0010-guards-of-the-sqlite-log.md says why each is right:
///
/// - What a checkpoint wrote is synced before SQLite takes it for moved, also if it did not move
///   everything, and from time to time while it writes. If a sync fails, SQLite takes nothing for
///   moved any more, so that the next checkpoint writes everything again; and who begins to write
///   while this is being put right is busy, and begins again.
/// - A checkpoint begins only if something is left to move: else the checkpoint lock is busy.
/// - The log begins again only while nobody has the checkpoint lock, and while `log_may_begin` is
///   set.
/// - A lock to read that is kept is given back before the connection takes another lock.
/// - What a checkpoint writes has no bytes in unused space: see unused_space().
/// - When the write lock is let go of, what is left of a rolled-back transaction is dropped.
///
/// For one thread at a time, as all of a connection.
struct DatabaseFile {
  sqlite3_file base{};         ///< First: it is what SQLite sees.
  LogFile* log = nullptr;      ///< Of the same connection, if it is open and gathers.
  sqlite3_int64 unsynced = 0;  ///< Bytes written since the last sync that succeeded.
  /// A checkpoint syncs when so many bytes are unsynced.
  sqlite3_int64 most_unsynced = sqlite3_int64{2} << 20;
  bool sync_failed = false;   ///< In the checkpoint that is under way.
  CheckpointFault fault;      ///< Of the last checkpoint, until somebody takes it.
  bool checkpoints = false;   ///< The connection has the checkpoint lock.
  bool log_may_begin = true;  ///< With a transaction of this connection.
  bool borrowed = false;      ///< It has it only while the log begins again.
  bool keeps_share = false;   ///< A lock to read is kept for the next who needs the same.
  int kept_share = 0;         ///< That lock while nobody reads; 0: none.
  /// Pages are written without what is in their unused space, which is wiped here first.
  bool wipes = false;
  std::vector<unsigned char> wiped;
  /// Failed checkpoints of this process when the connection began to read; none while it does not.
  std::optional<std::uint64_t> failures_before;
};

/// An operation of sqlite3_file_control(): takes the fault of the connection's last checkpoint.
inline constexpr int kTakeCheckpointFault = 0x44'5a'01;

/// Opens it in `memory`, which has room for a DatabaseFile and the usual file.
int open_database_file(sqlite3_vfs* usual, const char* name, sqlite3_file* memory, int flags,
                       int* flags_out);

/// Sets `keeps_share`. If that ends, a lock that is kept is given back.
void keep_share(DatabaseFile& file, bool keep) noexcept;

/// Null if the file is not one of these.
DatabaseFile* database_file_of(sqlite3_file* file) noexcept;

}  // namespace dropzone::sqlite
