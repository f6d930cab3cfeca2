#pragma once

#include <filesystem>
#include <optional>

#include <dropzone/result.h>
#include <dropzone/sqlite/backup.h>

#include "db/store_file.h"

namespace dropzone::sqlite {

/// Copies a store as it is at one moment into an empty file, without what was deleted, gives the
/// copy a mark of its own, and checks it. Not yet on the disk when this returns.
/// `deadline_exceeded` if its pages could not be read by the deadline.
Result<void> copy_store(const std::filesystem::path& store, const std::filesystem::path& target,
                        const BackupProgress& progress, Deadline deadline);

/// Puts a copy of a store in the place of the one that is locked. Returns what that is called now,
/// if there was one. Interrupted, it leaves the old store or the new one: see finish_restore().
Result<std::optional<std::filesystem::path>> replace_by_copy(const StoreFile& locked,
                                                             const std::filesystem::path& from,
                                                             const BackupProgress& progress);

}  // namespace dropzone::sqlite
