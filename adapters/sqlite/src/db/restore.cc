#include <dropzone/sqlite/restore.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <system_error>
#include <utility>

#include "db/copy_store.h"
#include "db/finish_restore.h"
#include "db/partial_file.h"
#include "db/store_file.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

// The superuser restores for the user who runs the server.
void give_to_owner_of(const fs::path& store, const fs::path& copy) {
  struct stat status {};
  const bool known =
      ::stat(store.c_str(), &status) == 0 || ::stat(store.parent_path().c_str(), &status) == 0;
  if (::geteuid() == 0 && known && ::chown(copy.c_str(), status.st_uid, status.st_gid) != 0) {
    return;  // The server will say that it cannot write the file.
  }
}

// Sets the copy's time so that the old store's name, which contains it, is free.
void choose_name_for_old_store(const fs::path& store, const fs::path& copy) {
  timespec times[2] = {{.tv_sec = std::time(nullptr), .tv_nsec = 0}, {}};
  std::error_code ignored;
  for (int attempts = 0; attempts < 1'000; ++attempts, ++times[0].tv_sec) {
    times[1] = times[0];
    ::utimensat(AT_FDCWD, copy.c_str(), times, 0);
    const fs::path name = name_for_old_store(store, copy);
    if (!fs::exists(name, ignored) && !fs::exists(name.string() + "-wal", ignored)) return;
  }
}

}  // namespace

Result<Restored> restore(const fs::path& backup, const fs::path& store,
                         const BackupProgress& progress) {
  const auto locked = StoreFile::lock(store);
  if (!locked) return locked.error();
  const fs::path& path = locked->path();
  std::error_code ignored;
  if (fs::equivalent(backup, path, ignored)) {
    return Error{ErrorCode::invalid_configuration,
                 "The backup and the store are the same file. Name another file."};
  }
  auto kept = replace_by_copy(*locked, backup, progress);
  if (!kept) return std::move(kept).error();
  return Restored{path, *std::move(kept)};
}

Result<std::optional<fs::path>> replace_by_copy(const StoreFile& locked, const fs::path& from,
                                                const BackupProgress& progress) {
  const fs::path& path = locked.path();
  if (auto before = finish_restore(path); !before) return before;
  PartialFile part(restored_copy(path));
  if (auto made = part.make(); !made) return std::move(made).error();
  if (auto copied = copy_store(from, part.path(), progress, kNoDeadline); !copied) {
    return std::move(copied).error();
  }
  give_to_owner_of(path, part.path());
  choose_name_for_old_store(path, part.path());
  if (auto finished = part.finish(); !finished) return std::move(finished).error();
  return finish_restore(path);
}

}  // namespace dropzone::sqlite
