#include "forgetful_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <random>
#include <string>
#include <vector>

namespace dropzone::durability {
namespace {

constexpr unsigned kOneInReachesDisk = 5;

// What was written to a file and is not on the disk yet, as the process sees the file. Shared by
// all that have the file open.
class PendingFile {
 public:
  // Puts what is pending over what was read from the disk.
  void overlay(char* bytes, sqlite3_int64 offset, sqlite3_int64 length) const {
    for (const auto& [at, block] : blocks_) {
      const sqlite3_int64 end = at + static_cast<sqlite3_int64>(block.size());
      const sqlite3_int64 from = std::max(at, offset);
      const sqlite3_int64 to = std::min(end, offset + length);
      if (from < to) {
        std::memcpy(bytes + (from - offset), block.data() + (from - at),
                    static_cast<std::size_t>(to - from));
      }
    }
  }
  void write(const void* bytes, sqlite3_int64 offset, int length) {
    const char* first = static_cast<const char*>(bytes);
    blocks_.emplace_back(offset, std::vector<char>(first, first + length));
    size_ = std::max(size_, offset + length);
  }
  std::vector<std::pair<sqlite3_int64, std::vector<char>>> take_all() {
    return std::exchange(blocks_, {});
  }
  void truncate(sqlite3_int64 size) {
    std::erase_if(blocks_, [&](const auto& block) { return block.first >= size; });
    size_ = size;
  }

  std::mutex mutex;
  sqlite3_int64 size_ = 0;

 private:
  std::vector<std::pair<sqlite3_int64, std::vector<char>>> blocks_;
};

struct State {
  sqlite3_vfs* disk = nullptr;
  sqlite3_vfs vfs{};
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<PendingFile>> files;
  std::minstd_rand random;

  std::shared_ptr<PendingFile> file(const char* name) {
    const std::scoped_lock lock(mutex);
    auto& file = files[name ? name : ""];
    if (!file || !name) file = std::make_shared<PendingFile>();
    return file;
  }
  bool reaches_disk() {
    const std::scoped_lock lock(mutex);
    return random() % kOneInReachesDisk == 0;
  }
};

State& state() {
  static State instance;
  return instance;
}

// SQLite's own part first, then ours; the file that it stands for follows in memory.
struct File {
  sqlite3_file base;
  std::shared_ptr<PendingFile>* pending;
};

sqlite3_file* disk_of(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}

PendingFile& pending_of(sqlite3_file* file) { return **reinterpret_cast<File*>(file)->pending; }

int close(sqlite3_file* file) {
  delete reinterpret_cast<File*>(file)->pending;
  sqlite3_file* disk = disk_of(file);
  return disk->pMethods->xClose(disk);
}

int read(sqlite3_file* file, void* bytes, int length, sqlite3_int64 offset) {
  PendingFile& pending = pending_of(file);
  const std::scoped_lock lock(pending.mutex);
  sqlite3_file* disk = disk_of(file);
  const int result = disk->pMethods->xRead(disk, bytes, length, offset);
  if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return result;
  pending.overlay(static_cast<char*>(bytes), offset, length);
  return offset + length <= pending.size_ ? SQLITE_OK : result;
}

int write(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
  PendingFile& pending = pending_of(file);
  const std::scoped_lock lock(pending.mutex);
  pending.write(bytes, offset, length);
  if (!state().reaches_disk()) return SQLITE_OK;
  sqlite3_file* disk = disk_of(file);
  return disk->pMethods->xWrite(disk, bytes, length, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  PendingFile& pending = pending_of(file);
  const std::scoped_lock lock(pending.mutex);
  pending.truncate(size);
  sqlite3_file* disk = disk_of(file);
  return disk->pMethods->xTruncate(disk, size);
}

int sync(sqlite3_file* file, int flags) {
  PendingFile& pending = pending_of(file);
  const std::scoped_lock lock(pending.mutex);
  sqlite3_file* disk = disk_of(file);
  for (const auto& [offset, block] : pending.take_all()) {
    const int length = static_cast<int>(block.size());
    const int written = disk->pMethods->xWrite(disk, block.data(), length, offset);
    if (written != SQLITE_OK) return written;
  }
  return disk->pMethods->xSync(disk, flags);
}

int size(sqlite3_file* file, sqlite3_int64* bytes) {
  PendingFile& pending = pending_of(file);
  const std::scoped_lock lock(pending.mutex);
  *bytes = pending.size_;
  return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
  return disk_of(file)->pMethods->xLock(disk_of(file), level);
}
int unlock(sqlite3_file* file, int level) {
  return disk_of(file)->pMethods->xUnlock(disk_of(file), level);
}
int check_lock(sqlite3_file* file, int* held) {
  return disk_of(file)->pMethods->xCheckReservedLock(disk_of(file), held);
}
// Hints for growing a file or mapping it would go around what is pending.
int control(sqlite3_file* file, int code, void* argument) {
  if (code == SQLITE_FCNTL_SIZE_HINT || code == SQLITE_FCNTL_MMAP_SIZE) return SQLITE_OK;
  return disk_of(file)->pMethods->xFileControl(disk_of(file), code, argument);
}
int sector(sqlite3_file* file) { return disk_of(file)->pMethods->xSectorSize(disk_of(file)); }
int characteristics(sqlite3_file*) { return 0; }
// The log's index is shared memory, which SQLite makes anew after a crash.
int map_index(sqlite3_file* file, int page, int bytes, int extend, void volatile** memory) {
  return disk_of(file)->pMethods->xShmMap(disk_of(file), page, bytes, extend, memory);
}
int lock_index(sqlite3_file* file, int offset, int count, int flags) {
  return disk_of(file)->pMethods->xShmLock(disk_of(file), offset, count, flags);
}
void order_index(sqlite3_file* file) { disk_of(file)->pMethods->xShmBarrier(disk_of(file)); }
int unmap_index(sqlite3_file* file, int remove) {
  return disk_of(file)->pMethods->xShmUnmap(disk_of(file), remove);
}

constexpr sqlite3_io_methods kMethods = {
    2,           close,      read,    write,  truncate,        sync,      size,       lock,
    unlock,      check_lock, control, sector, characteristics, map_index, lock_index, order_index,
    unmap_index, nullptr,    nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  file->pMethods = nullptr;
  sqlite3_file* disk = disk_of(file);
  const int opened = state().disk->xOpen(state().disk, name, disk, flags, flags_out);
  if (opened != SQLITE_OK) return opened;
  auto pending = state().file(name);
  {
    const std::scoped_lock guard(pending->mutex);
    sqlite3_int64 bytes = 0;
    disk->pMethods->xFileSize(disk, &bytes);
    pending->size_ = std::max(pending->size_, bytes);
  }
  reinterpret_cast<File*>(file)->pending = new std::shared_ptr<PendingFile>(std::move(pending));
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace

void forget_what_is_not_synced(unsigned seed) {
  State& shared = state();
  shared.disk = sqlite3_vfs_find(nullptr);
  shared.random.seed(seed);
  shared.vfs = *shared.disk;
  shared.vfs.szOsFile += static_cast<int>(sizeof(File));
  shared.vfs.zName = "forgetful";
  shared.vfs.pNext = nullptr;
  shared.vfs.xOpen = open;
  sqlite3_vfs_register(&shared.vfs, 1);
}

}  // namespace dropzone::durability
