#pragma once

#include <cstdint>
#include <filesystem>

#include <dropzone/result.h>
#include <dropzone/sqlite/backup.h>

namespace dropzone::sqlite {

struct Compacted {
  std::filesystem::path store;  ///< With all links resolved.
  std::uintmax_t bytes_before = 0;
  std::uintmax_t bytes_after = 0;
};

/// Writes what is in the store into a new file, and replaces the store by it,
/// if nobody has the store open. Deleted data is then neither in the file nor in its log,
/// whichever version wrote the store. Needs as much free space next to the store as its records
/// take.
///
/// A process that is killed meanwhile leaves the old store, or the new one and the old one next to
/// it under a name with the time, as restore() does.
///
/// Failures are those of opening the store; `invalid_configuration` if there is none.
Result<Compacted> compact(const std::filesystem::path& store,
                          const BackupProgress& progress = nullptr);

}  // namespace dropzone::sqlite
