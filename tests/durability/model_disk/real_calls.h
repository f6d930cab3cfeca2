#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>

namespace dropzone::model_disk {

// The kernel's calls, past the hooks. As the C library's: -1 and errno if they fail.

inline int real_open(const char* path, int flags, mode_t mode = 0600) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}
inline int real_close(int descriptor) { return static_cast<int>(syscall(SYS_close, descriptor)); }
inline ssize_t real_read(int descriptor, void* bytes, std::size_t count, off_t offset) {
  return syscall(SYS_pread64, descriptor, bytes, count, offset);
}
inline ssize_t real_write(int descriptor, const void* bytes, std::size_t count, off_t offset) {
  return syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}
inline int real_truncate(int descriptor, off_t size) {
  return static_cast<int>(syscall(SYS_ftruncate, descriptor, size));
}
inline int real_unlink(const char* path) {
  return static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}
inline int real_rename(const char* from, const char* to) {
  return static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

}  // namespace dropzone::model_disk
