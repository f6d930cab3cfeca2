#pragma once

#include <optional>
#include <string>

#include <dropzone/result.h>

#include "db/connection.h"
#include "db/store_file.h"

namespace dropzone::sqlite {

/// Nothing in SQLite's log says whose it is: put beside another file, such as a backup of the same
/// store, it is applied to that one and ruins it. So each file carries a mark, a random number that
/// is changed with each start and in each copy, and the file of the lock says which mark the log's
/// file has. Both have the old and the new mark for a moment while the mark changes.
///
/// It shows that a file was put beside a log that it did not have, be it an older copy of itself.
/// It does not show that a foreign log was put beside the file.
class FileMark {
 public:
  /// Before SQLite opens the file: `store_corrupt` where there is a log, and it is another file's.
  /// What cannot be known is taken for good.
  static Result<FileMark> check(const StoreFile& store);

  /// Changes it where the store had no log. The writer alone has the store open. Where that fails,
  /// the old mark stays good.
  void renew(Connection& writer, const StoreFile& store);

  /// Gives a copy a mark of its own.
  static Result<void> mark_copy(Connection& copy);

 private:
  std::optional<std::string> mark_;  ///< Of a file without a log.
};

}  // namespace dropzone::sqlite
