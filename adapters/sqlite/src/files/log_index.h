#pragma once

#include <cstdint>
#include <optional>

struct sqlite3_file;

namespace dropzone::sqlite {

/// SQLite's log in pages: how many it has, and how many of them are in the file, too.
struct LogPages {
  std::int64_t written = 0;
  std::int64_t moved = 0;
  friend bool operator==(const LogPages&, const LogPages&) = default;
};

// The head of the log's index: memory that all connections to a file share, in all processes
// (https://sqlite.org/walformat.html#the_wal_index_file_format). `file` is the database's, of a
// connection that has used the log.

/// Locks on the index, by their numbers.
inline constexpr int kWriteLock = 0;
inline constexpr int kCheckpointLock = 1;
inline constexpr int kFileReadersLock = 3;   ///< Of those who read the file alone.
inline constexpr int kFirstReadersLock = 4;  ///< Of those who read the log, too.
inline constexpr int kReadersLocks = 4;

/// Nothing if there is no index, or one of a layout that is not known.
std::optional<LogPages> read_log_index(sqlite3_file* file) noexcept;

/// Lets SQLite take nothing of the log for moved. Precondition: the caller has the checkpoint lock
/// and the one of the file's readers, both exclusively.
void forget_what_was_moved(sqlite3_file* file) noexcept;

}  // namespace dropzone::sqlite
