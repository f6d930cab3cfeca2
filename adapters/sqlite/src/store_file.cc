#include "store_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

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
          "The store's directory cannot be written. SQLite keeps its log beside the file: give the "
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

// Makes the file where there is none, for its owner's eyes alone. SQLite's files beside it get the
// same rights. Precondition: owned, since closing a file lets go of all locks that this process has
// on it.
Result<void> open_for_writing(const fs::path& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) {
    close(file);
    return {};
  }
  if (access(path.c_str(), F_OK) != 0) return cannot_make(errno);
  return read_only("The store's file cannot be written. Give the server's user the right to.");
}

}  // namespace

Result<StoreFile> StoreFile::own(const fs::path& path) {
  auto file = resolved(path);
  if (!file) return std::move(file).error();
  if (faccessat(AT_FDCWD, file->parent_path().c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    return cannot_make(errno);
  }
  const std::string lock_path = file->string() + "-lock";
  const int lock = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock < 0) return cannot_make(errno);
  StoreFile owned(*std::move(file), lock);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::store_locked,
                 "Another process has the store open. Stop it, or name another file."};
  }
  if (auto opened = open_for_writing(owned.path()); !opened) return std::move(opened).error();
  return owned;
}

StoreFile::StoreFile(StoreFile&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

StoreFile::~StoreFile() {
  if (lock_ >= 0) close(lock_);
}

}  // namespace dropzone::sqlite
