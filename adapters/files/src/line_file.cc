#include <dropzone/files/line_file.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace dropzone::files {
namespace {

Error unusable(const std::filesystem::path& path, const std::string& why) {
  return {ErrorCode::invalid_configuration, path.string() + " cannot be written (" + why + ")."};
}

/// Without waiting for the reader of a pipe.
Result<int> open_regular(const std::filesystem::path& path) {
  constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP;
  constexpr int kFlags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  const int descriptor = ::open(path.c_str(), kFlags, kMode);
  if (descriptor < 0) return unusable(path, std::strerror(errno));
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) return descriptor;
  ::close(descriptor);
  return unusable(path, "it is not a regular file");
}

/// Keeps other writers away, those of other processes too: what they are writing may be seen half
/// done. It has no effect if the file system has no locks.
class WriterLock {
 public:
  explicit WriterLock(int descriptor) : descriptor_(descriptor) {
    while (::flock(descriptor, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock() { ::flock(descriptor_, LOCK_UN); }

 private:
  const int descriptor_;
};

bool ends_amid_a_line(int descriptor) {
  const WriterLock lock(descriptor);
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  char last = '\n';
  return size > 0 && ::pread(descriptor, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

Result<std::unique_ptr<LineFile>> LineFile::open(const std::filesystem::path& path) {
  const auto descriptor = open_regular(path);
  if (!descriptor) return descriptor.error();
  std::unique_ptr<LineFile> file(new LineFile(path, *descriptor));
  const MutexLock lock(file->mutex_);
  file->torn_ = ends_amid_a_line(*descriptor);
  return file;
}

LineFile::~LineFile() { ::close(descriptor_); }

Result<void> LineFile::append(std::string_view line) {
  const MutexLock lock(mutex_);
  const bool written = torn_ ? write_all("\n" + std::string(line)) : write_all(line);
  if (written) return {};
  return Error{ErrorCode::unavailable, path_.string() + ": " + std::strerror(errno)};
}

bool LineFile::write_all(std::string_view text) {
  const WriterLock lock(descriptor_);
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    const auto written = static_cast<std::size_t>(count);
    if (written > 0) torn_ = text[written - 1] != '\n';
    text.remove_prefix(written);
  }
  return true;
}

Result<void> LineFile::reopen() {
  const auto descriptor = open_regular(path_);
  if (!descriptor) return descriptor.error();
  const MutexLock lock(mutex_);
  ::dup3(*descriptor, descriptor_, O_CLOEXEC);
  ::close(*descriptor);
  torn_ = ends_amid_a_line(descriptor_);
  return {};
}

}  // namespace dropzone::files
