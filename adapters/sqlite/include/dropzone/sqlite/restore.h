#pragma once

#include <filesystem>
#include <optional>

#include <dropzone/result.h>
#include <dropzone/sqlite/backup.h>

namespace dropzone::sqlite {

struct Restored {
  std::filesystem::path store;  ///< With all links resolved.
  /// What the store that was there is called now. Nothing where there was none.
  std::optional<std::filesystem::path> kept;
};

/// Puts a copy of a backup in a store's place, where nobody has the store open. The backup may be
/// any store's file; it stays as it is. The store that was there is kept beside it together with
/// its log, under a name that tells the time.
///
/// The copy is checked and on the disk before the old store is touched. A process that is killed
/// meanwhile leaves the old store, or the new one: whoever opens the store next ends what was
/// begun.
///
/// `store_locked` where a server uses the store, `invalid_configuration` where the backup is no
/// store's file, `store_corrupt` where it is damaged, and `store_newer`.
Result<Restored> restore(const std::filesystem::path& backup, const std::filesystem::path& store,
                         const BackupProgress& progress = nullptr);

}  // namespace dropzone::sqlite
