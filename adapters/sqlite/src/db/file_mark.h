#pragma once

#include <dropzone/result.h>

#include "db/connection.h"
#include "db/store_file.h"

namespace dropzone::sqlite {

// Nothing in SQLite's log says which file it belongs to: next to another file, such as a backup of
// the same store, it is still applied, and ruins that file. So each file carries a mark, a random
// number, and each log begins with a transaction that replaces it: the log's first frame says
// which mark its file had before, and which one since.

/// Before SQLite opens the file, which would apply the log: `store_corrupt` if the log begins
/// with marks that the file does not have. A log that does not begin with marks is taken for the
/// file's: another program began it, or the store was written before there were marks. Changes
/// nothing.
Result<void> check_log_owner(const StoreFile& store);

/// Gives the file a mark if it has none. From now on this connection begins the log only with a
/// new mark, in a transaction before that of Connection::begin_write(). Precondition: outside a
/// transaction. What fails now is tried again then.
void begin_logs_with_marks(Connection& writer);

/// Gives a copy a mark of its own.
Result<void> mark_copy(Connection& copy);

}  // namespace dropzone::sqlite
