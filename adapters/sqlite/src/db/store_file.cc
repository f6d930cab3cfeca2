#include "db/store_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "db/finish_restore.h"
#include "files/raw_log.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

Error unusable(std::string detail) { return {ErrorCode::invalid_configuration, std::move(detail)}; }

Error read_only(std::string detail) { return {ErrorCode::store_read_only, std::move(detail)}; }

Error cannot_make(int system_error) {
  switch (system_error) {
    case EACCES:
    case EPERM:
    case EROFS:
      return read_only(
          "The store's directory cannot be written. SQLite keeps its log next to the file: give "
          "the "
          "server's user the right to write there.");
    case ENOSPC:
    case EDQUOT:
      return {ErrorCode::store_full, "The store's disk is full. Make space and start again."};
    default:
      return unusable("The store's file cannot be made: " +
                      std::generic_category().message(system_error) + '.');
  }
}

Result<fs::path> resolved(const fs::path& path) {
  std::error_code fault;
  fs::path absolute = fs::absolute(path, fault);
  if (!fault) absolute = fs::weakly_canonical(absolute, fault);
  if (fault) return unusable("The store's path cannot be resolved: " + fault.message() + '.');
  if (!fs::is_directory(absolute.parent_path(), fault)) {
    return unusable("The store's directory does not exist. Make it, or name another one.");
  }
  const fs::file_status status = fs::status(absolute, fault);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    return unusable("The store's path is not that of a file. Name a file.");
  }
  return absolute;
}

// Creates the file if it is missing, readable only by its owner. SQLite's other files get the
// same rights. Precondition: owned, since closing a file lets go of all locks that this process has
// on it.
Result<void> open_for_writing(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) {
    ::close(file);
    return {};
  }
  if (::access(path.c_str(), F_OK) != 0) return cannot_make(errno);
  return read_only("The store's file cannot be written. Give the server's user the right to.");
}

std::int64_t size_of(const fs::path& path) {
  std::error_code fault;
  const std::uintmax_t size = fs::file_size(path, fault);
  return fault ? 0 : static_cast<std::int64_t>(size);
}

// SQLite would take the file for a new one, and delete the log. Without frames it has no records.
Result<void> check_not_lost(const StoreFile& store) {
  if (size_of(store.path()) > 0 || size_of(store.log_path()) <= kLogHeadBytes) return {};
  return Error{
      ErrorCode::store_corrupt,
      "The store's file is missing or empty, and the log next to it is not: records may be "
      "in the log that are nowhere else. Put the file back, or restore a backup with "
      "\"dropzone-server restore\", which keeps the log."};
}

// SQLite names its log after the file: with two names it would have two logs.
Result<void> check_has_one_name(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || status.st_nlink <= 1) return {};
  return unusable(
      "The store's file has a second name (a hard link), under which another process could write "
      "to it. Remove that name, or make it a copy.");
}

bool others_may_use(const fs::path& path, mode_t& mode) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  mode = status.st_mode & ALLPERMS;
  return (mode & S_IRWXO) != 0;
}

Result<void> hide_from_others(const fs::path& path) {
  mode_t mode = 0;
  if (!others_may_use(path, mode)) return {};
  const mode_t hidden = mode & ~static_cast<mode_t>(S_IRWXO);
  if (::chmod(path.c_str(), hidden) == 0 && !others_may_use(path, mode)) return {};
  return unusable("All users of this machine may use " + path.filename().string() +
                  ", which has keys and passwords' hashes, and the server may not change that: "
                  "make its owner run \"chmod o=\" on it.");
}

}  // namespace

Result<StoreFile> StoreFile::lock(const fs::path& path) {
  auto file = resolved(path);
  if (!file) return std::move(file).error();
  if (::faccessat(AT_FDCWD, file->parent_path().c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    return cannot_make(errno);
  }
  const std::string lock_path = file->string() + "-lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock < 0) return cannot_make(errno);
  StoreFile owned(*std::move(file), lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::store_locked,
                 "Another process has the store open. Stop it, or name another file."};
  }
  return owned;
}

Result<StoreFile> StoreFile::own(const fs::path& path) {
  auto owned = lock(path);
  if (!owned) return owned;
  if (auto finished = finish_restore(owned->path()); !finished) return std::move(finished).error();
  if (auto kept = check_not_lost(*owned); !kept) return std::move(kept).error();
  if (auto opened = open_for_writing(owned->path()); !opened) return std::move(opened).error();
  if (auto single = check_has_one_name(owned->path()); !single) return std::move(single).error();
  for (const char* suffix : {"", "-wal", "-shm", "-journal", "-lock"}) {
    if (auto hidden = hide_from_others(owned->path().string() + suffix); !hidden) {
      return std::move(hidden).error();
    }
  }
  return owned;
}

StoreFile::StoreFile(fs::path path, int lock)
    : path_(std::move(path)), log_(log_path()), lock_(lock) {}

StoreFile::StoreFile(StoreFile&& other) noexcept
    : path_(std::move(other.path_)),
      log_(std::move(other.log_)),
      lock_(std::exchange(other.lock_, -1)),
      file_place_(other.file_place_),
      log_place_(other.log_place_) {}

StoreFile::~StoreFile() {
  if (lock_ >= 0) ::close(lock_);
}

bool StoreFile::has_log() const noexcept { return size_of(log_path()) > kLogHeadBytes; }

bool StoreFile::is_empty() const noexcept { return size_of(path_) == 0; }

void StoreFile::note_places() {
  file_place_ = file_id(path_);
  log_place_ = file_id(log_);
}

Result<void> StoreFile::check_in_place() const {
  if (file_id(path_) == file_place_ && file_id(log_) == log_place_) return {};
  return Error{ErrorCode::store_replaced,
               "The store's file or its log was replaced, moved or removed while the server runs: "
               "what it stored now would be lost. Put both back where they were, or start the "
               "server again."};
}

// Does not ask for the times of the file: Linux 6.13 and newer then gives the next write a time of
// its own, so that each sync of the log writes its inode, too.
StoreFile::FileId StoreFile::file_id(const fs::path& path) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(), 0, STATX_INO, &status) != 0) return {};
  return {::makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino};
}

}  // namespace dropzone::sqlite
