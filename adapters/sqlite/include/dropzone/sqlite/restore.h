#pragma once

#include <filesystem>
#include <optional>

#include <dropzone/result.h>
#include <dropzone/sqlite/backup.h>

namespace dropzone::sqlite {

struct Restored {
  std::filesystem::path store;  ///< With all links resolved.
  /// The path to which the old store was moved. Nothing if there was none.
  std::optional<std::filesystem::path> kept;
};

/// Replaces a store by a copy of a backup, if nobody has the store open. The backup may be
/// any store's file; it stays as it is. The old store is kept next to it together with
/// its log, under a name with the time.
///
/// The copy is checked and on the disk before the old store is touched. A process that is killed
/// meanwhile leaves the old store, or the new one: the next opening of the store completes what
/// was begun.
///
/// `store_locked` if a server uses the store, `invalid_configuration` if the backup is not a
/// store's file, `store_corrupt` if it is damaged, and `store_newer`.
Result<Restored> restore(const std::filesystem::path& backup, const std::filesystem::path& store,
                         const BackupProgress& progress = nullptr);

}  // namespace dropzone::sqlite
