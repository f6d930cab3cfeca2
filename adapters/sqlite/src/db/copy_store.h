#pragma once

#include <filesystem>

#include <dropzone/result.h>
#include <dropzone/sqlite/backup.h>

namespace dropzone::sqlite {

/// Copies a store as it is at one moment into an empty file, gives the copy a mark of its own, and
/// checks it. Not yet on the disk when this returns. `deadline_exceeded` where its pages could not
/// be read by the deadline.
Result<void> copy_store(const std::filesystem::path& store, const std::filesystem::path& target,
                        const BackupProgress& progress, Deadline deadline);

}  // namespace dropzone::sqlite
