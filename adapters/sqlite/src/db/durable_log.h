#pragma once

#include <dropzone/result.h>

#include "db/connection.h"

namespace dropzone::sqlite {

/// Writes the end of SQLite's log over itself and syncs it, so that what the store sees of the log
/// is on the disk.
///
/// After a crash SQLite takes every whole transaction in the log for good. But one whose sync
/// failed may be in the page cache alone: Linux takes its pages for written, and later syncs leave
/// them out. What was confirmed behind it would go with it in a power cut. Only the last
/// transaction can be such: each is synced before the next one begins. It is written again, and no
/// less than the last 64 MiB.
///
/// For a store that opens, before it commits anything. Precondition: outside a transaction, in WAL
/// mode.
Result<void> make_log_durable(Connection& connection);

}  // namespace dropzone::sqlite
