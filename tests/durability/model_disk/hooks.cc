// The calls of the C library that change files, or tell the disk to keep them, as a preloaded
// library defines them: those on the files of the folder go through the modelled disk.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <optional>
#include <string>

#include "model_disk.h"
#include "real_calls.h"

namespace dropzone::model_disk {
namespace {

constexpr int kMaxDescriptors = 65'536;

enum class Kind : std::uint8_t { other, file, folder };

/// What the descriptors of this process are. One is used by one thread at a time, or read only.
struct Descriptor {
  std::atomic<Kind> kind = Kind::other;
  Handle handle;
};

Descriptor& descriptor_of(int number) {
  static std::array<Descriptor, kMaxDescriptors> all;
  static Descriptor none;
  return number >= 0 && number < kMaxDescriptors ? all[static_cast<std::size_t>(number)] : none;
}

Handle* file_of(int number) {
  Descriptor& descriptor = descriptor_of(number);
  return descriptor.kind.load() == Kind::file ? &descriptor.handle : nullptr;
}

int fail(int error) {
  errno = error;
  return -1;
}

bool exists(const char* path) {
  struct stat status {};
  return stat(path, &status) == 0;
}

int open_file(const char* path, int flags, mode_t mode) {
  ModelDisk* const disk = ModelDisk::get();
  const auto name = disk ? disk->name_of(path) : std::nullopt;
  if (!name) {
    const int opened = real_open(path, flags, mode);
    if (opened >= 0) {
      descriptor_of(opened).kind = disk && disk->is_folder(path) ? Kind::folder : Kind::other;
    }
    return opened;
  }
  if (const auto fault = disk->faults().before(Call::open, sort_of(*name)))
    return fail(fault->error);
  const bool was_there = exists(path);
  const int opened = real_open(path, flags, mode);
  if (opened < 0) return opened;
  Descriptor& descriptor = descriptor_of(opened);
  descriptor.handle = disk->opened(*name, opened, was_there);
  descriptor.kind = Kind::file;
  if (was_there && (flags & O_TRUNC) != 0) {
    disk->truncate(descriptor.handle, 0, [] { return 0; });
  }
  return opened;
}

mode_t mode_of(int flags, std::va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

// Of a path that is relative to a folder's descriptor, as far as the model looks: absolute ones.
int open_at(int folder, const char* path, int flags, mode_t mode) {
  if (folder == AT_FDCWD || path[0] == '/') return open_file(path, flags, mode);
  const int opened = static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
  if (opened >= 0) descriptor_of(opened).kind = Kind::other;
  return opened;
}

ssize_t write_at(int number, const void* bytes, std::size_t count, off_t offset) {
  const Handle* const file = file_of(number);
  if (file == nullptr) return real_write(number, bytes, count, offset);
  ModelDisk& disk = *ModelDisk::get();
  if (const auto fault = disk.faults().before(Call::write, file->sort)) {
    if (fault->action == Action::fail || count < 2) return fail(fault->error);
    count /= 2;
  }
  return disk.write(*file, number, static_cast<std::uint64_t>(offset), count,
                    [&] { return real_write(number, bytes, count, offset); });
}

ssize_t write_on(int number, const void* bytes, std::size_t count) {
  if (file_of(number) == nullptr) return syscall(SYS_write, number, bytes, count);
  const off_t offset = lseek(number, 0, SEEK_CUR);
  const ssize_t written = write_at(number, bytes, count, offset);
  if (written > 0) lseek(number, offset + written, SEEK_SET);
  return written;
}

ssize_t read_at(int number, void* bytes, std::size_t count, off_t offset) {
  if (const Handle* const file = file_of(number)) {
    if (const auto fault = ModelDisk::get()->faults().before(Call::read, file->sort)) {
      return fail(fault->error);
    }
  }
  return real_read(number, bytes, count, offset);
}

int truncate_to(int number, off_t size) {
  const Handle* const file = file_of(number);
  if (file == nullptr) return real_truncate(number, size);
  ModelDisk& disk = *ModelDisk::get();
  if (const auto fault = disk.faults().before(Call::truncate, file->sort))
    return fail(fault->error);
  return disk.truncate(*file, static_cast<std::uint64_t>(size),
                       [&] { return real_truncate(number, size); });
}

int sync_now(int number, long call) {
  const Kind kind = descriptor_of(number).kind.load();
  if (kind == Kind::other) return static_cast<int>(syscall(call, number));
  ModelDisk& disk = *ModelDisk::get();
  if (kind == Kind::folder) {
    const auto fault = disk.faults().before(Call::sync_folder, Sort::other);
    if (fault) return fail(fault->error);
    disk.sync_folder();
    return 0;
  }
  Handle& file = *file_of(number);
  if (const auto fault = disk.faults().before(Call::sync, file.sort)) {
    disk.fail_sync(file, number);
    return fail(fault->error);
  }
  const int error = disk.sync(file, number);
  return error == 0 ? 0 : fail(error);
}

int allocate(int number, int mode, off_t offset, off_t bytes) {
  if (const Handle* const file = file_of(number)) {
    if (const auto fault = ModelDisk::get()->faults().before(Call::allocate, file->sort)) {
      return fail(fault->error);
    }
  }
  return static_cast<int>(syscall(SYS_fallocate, number, mode, offset, bytes));
}

void* map(void* address, std::size_t bytes, int protection, int flags, int number, off_t offset) {
  const Handle* const file = (flags & MAP_ANONYMOUS) == 0 ? file_of(number) : nullptr;
  if (file != nullptr) {
    if (const auto fault = ModelDisk::get()->faults().before(Call::map, file->sort)) {
      errno = fault->error;
      return MAP_FAILED;
    }
  }
  return reinterpret_cast<void*>(
      syscall(SYS_mmap, address, bytes, protection, flags, number, offset));
}

int remove_file(const char* path) {
  ModelDisk* const disk = ModelDisk::get();
  const auto name = disk ? disk->name_of(path) : std::nullopt;
  if (!name) return real_unlink(path);
  if (const auto fault = disk->faults().before(Call::unlink, sort_of(*name)))
    return fail(fault->error);
  return disk->unlink(*name, [&] { return real_unlink(path); });
}

int rename_file(const char* from, const char* to, unsigned flags) {
  const auto change = [&] {
    return static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags));
  };
  ModelDisk* const disk = ModelDisk::get();
  const auto name = disk ? disk->name_of(from) : std::nullopt;
  const auto new_name = disk ? disk->name_of(to) : std::nullopt;
  if (!name || !new_name) return change();
  if (const auto fault = disk->faults().before(Call::rename, sort_of(*name)))
    return fail(fault->error);
  return disk->rename(*name, *new_name, change);
}

}  // namespace
}  // namespace dropzone::model_disk

namespace disk = dropzone::model_disk;

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = disk::mode_of(flags, arguments);
  va_end(arguments);
  return disk::open_file(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = disk::mode_of(flags, arguments);
  va_end(arguments);
  return disk::open_file(path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = disk::mode_of(flags, arguments);
  va_end(arguments);
  return disk::open_at(folder, path, flags, mode);
}

int openat64(int folder, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = disk::mode_of(flags, arguments);
  va_end(arguments);
  return disk::open_at(folder, path, flags, mode);
}

int close(int descriptor) {
  disk::descriptor_of(descriptor).kind = disk::Kind::other;
  return disk::real_close(descriptor);
}

ssize_t pread(int descriptor, void* bytes, size_t count, off_t offset) {
  return disk::read_at(descriptor, bytes, count, offset);
}
ssize_t pread64(int descriptor, void* bytes, size_t count, off64_t offset) {
  return disk::read_at(descriptor, bytes, count, offset);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
  return disk::write_at(descriptor, bytes, count, offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
  return disk::write_at(descriptor, bytes, count, offset);
}
ssize_t write(int descriptor, const void* bytes, size_t count) {
  return disk::write_on(descriptor, bytes, count);
}
int ftruncate(int descriptor, off_t size) noexcept { return disk::truncate_to(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) noexcept {
  return disk::truncate_to(descriptor, size);
}
int fsync(int descriptor) { return disk::sync_now(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return disk::sync_now(descriptor, SYS_fdatasync); }
int fallocate(int descriptor, int mode, off_t offset, off_t bytes) {
  return disk::allocate(descriptor, mode, offset, bytes);
}
int fallocate64(int descriptor, int mode, off64_t offset, off64_t bytes) {
  return disk::allocate(descriptor, mode, offset, bytes);
}
int posix_fallocate(int descriptor, off_t offset, off_t bytes) {
  return disk::allocate(descriptor, 0, offset, bytes) == 0 ? 0 : errno;
}
int posix_fallocate64(int descriptor, off64_t offset, off64_t bytes) {
  return disk::allocate(descriptor, 0, offset, bytes) == 0 ? 0 : errno;
}
void* mmap(void* address, size_t bytes, int protection, int flags, int descriptor,
           off_t offset) noexcept {
  return disk::map(address, bytes, protection, flags, descriptor, offset);
}
void* mmap64(void* address, size_t bytes, int protection, int flags, int descriptor,
             off64_t offset) noexcept {
  return disk::map(address, bytes, protection, flags, descriptor, offset);
}
int unlink(const char* path) noexcept { return disk::remove_file(path); }
int remove(const char* path) noexcept {
  const int removed = disk::remove_file(path);
  return removed != 0 && errno == EISDIR ? rmdir(path) : removed;
}
int rename(const char* from, const char* to) noexcept { return disk::rename_file(from, to, 0); }
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  if (from_folder == AT_FDCWD && to_folder == AT_FDCWD) {
    return disk::rename_file(from, to, flags);
  }
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}
int link(const char* from, const char* to) noexcept {
  disk::ModelDisk* const model = disk::ModelDisk::get();
  if (const auto name = model ? model->name_of(to) : std::nullopt) {
    const auto fault = model->faults().before(disk::Call::link, disk::sort_of(*name));
    if (fault) return disk::fail(fault->error);
  }
  return static_cast<int>(syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}

}  // extern "C"
