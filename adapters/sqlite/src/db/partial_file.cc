#include "db/partial_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

// Far behind all bytes that SQLite locks.
constexpr off_t kLockedByte = off_t{1} << 62;

Error cannot_be_made(const fs::path& path, const std::string& reason) {
  return {ErrorCode::invalid_configuration,
          "The file " + path.string() + " cannot be made: " + reason + '.'};
}

std::string text_of(int system_error) { return std::generic_category().message(system_error); }

int move_to_free_name(const char* from, const char* to) {
  return ::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0 ? 0 : errno;
}

int link_and_unlink(const char* from, const char* to) {
  if (::link(from, to) != 0) return errno;
  ::unlink(from);
  return 0;
}

// If the machine stops between the two, an empty file has the name.
int reserve_and_move(const char* from, const char* to) {
  const int reserved = ::open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (reserved < 0) return errno;
  ::close(reserved);
  if (::rename(from, to) == 0) return 0;
  const int fault = errno;
  ::unlink(to);
  return fault;
}

constexpr std::array<TakeName, 3> kWays = {move_to_free_name, link_and_unlink, reserve_and_move};

// Not by the process, but by the open file: to close another one does not let go of it.
bool lock(int file) {
  struct flock wanted {};
  wanted.l_type = F_WRLCK;
  wanted.l_whence = SEEK_SET;
  wanted.l_start = kLockedByte;
  wanted.l_len = 1;
  // If a file system has no locks, this keeps nobody away.
  return ::fcntl(file, F_OFD_SETLK, &wanted) == 0 || (errno != EAGAIN && errno != EACCES);
}

bool has_name(int file, const fs::path& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

}  // namespace

std::span<const TakeName> ways_to_take_a_name() { return kWays; }

PartialFile::PartialFile(fs::path target) : target_(std::move(target)), path_(target_) {
  path_ += ".part";
}

PartialFile::~PartialFile() {
  if (file_ < 0) return;
  if (!has_final_name_) remove();  // Else the name is free, and another process may have it.
  ::close(file_);
}

void PartialFile::remove() noexcept {
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
    ::unlink((path_.string() + suffix).c_str());
  }
}

Result<void> PartialFile::make() {
  const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  const int file = ::open(path_.c_str(), flags, S_IRUSR | S_IWUSR);
  if (file < 0) return cannot_be_made(path_, text_of(errno));
  if (!lock(file) || !has_name(file, path_)) {
    ::close(file);
    return cannot_be_made(path_, "another process is writing it");
  }
  if (::ftruncate(file, 0) != 0 || ::fchmod(file, S_IRUSR | S_IWUSR) != 0) {
    const int fault = errno;
    ::close(file);
    return cannot_be_made(path_, text_of(fault));
  }
  file_ = file;
  for (const char* suffix : {"-journal", "-wal", "-shm"}) {
    ::unlink((path_.string() + suffix).c_str());
  }
  return {};
}

Result<void> PartialFile::finish(std::span<const TakeName> ways) {
  if (auto flushed = flush_to_disk(path_, O_RDONLY); !flushed) return flushed;
  int fault = EPERM;
  for (const TakeName take : ways) {
    fault = take(path_.c_str(), target_.c_str());
    if (fault == 0 || fault == EEXIST) break;
  }
  if (fault != 0) return cannot_be_made(target_, text_of(fault));
  has_final_name_ = true;
  return flush_to_disk(fs::absolute(target_).parent_path(), O_RDONLY | O_DIRECTORY);
}

Result<void> flush_to_disk(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool flushed = file >= 0 && ::fsync(file) == 0;
  const int system_error = errno;
  if (file >= 0) ::close(file);
  if (flushed) return {};
  return Error{ErrorCode::unavailable, "The copy cannot be made durable: " + text_of(system_error)};
}

}  // namespace dropzone::sqlite
