#include "forgetful_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>

namespace dropzone::durability {
namespace {

constexpr unsigned kOneInReachesDisk = 5;
// Of the calls of each sort, if the disk fails at all.
constexpr unsigned kOneSyncInFails = 12;
constexpr unsigned kOneWriteInFails = 1'500;
constexpr unsigned kOneTruncateInFails = 3;

constexpr sqlite3_int64 kPageBytes = 4'096;

sqlite3_file* disk_of(sqlite3_file* file);

struct State {
  sqlite3_vfs* disk = nullptr;
  sqlite3_vfs vfs{};
  bool fails = false;
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<class CachedFile>> files;
  std::minstd_rand random;

  std::shared_ptr<CachedFile> file(const char* name);
  bool happens_once_in(unsigned times) {
    const std::scoped_lock lock(mutex);
    return random() % times == 0;
  }
  bool fails_once_in(unsigned times) { return fails && happens_once_in(times); }
};

State& state() {
  static State instance;
  return instance;
}

// The kernel's cache of a file: what was written and is not on the disk yet, and after a failed
// sync what is taken for written and is not. Shared by all that have the file open.
class CachedFile {
 public:
  void overlay(char* bytes, sqlite3_int64 offset, sqlite3_int64 length) const {
    for (auto page = pages_.lower_bound(offset / kPageBytes); page != pages_.end(); ++page) {
      const sqlite3_int64 begin = page->first * kPageBytes;
      const sqlite3_int64 from = std::max(begin, offset);
      const sqlite3_int64 to = std::min(begin + kPageBytes, offset + length);
      if (from >= to) return;
      std::memcpy(bytes + (from - offset), page->second.bytes.data() + (from - begin),
                  static_cast<std::size_t>(to - from));
    }
  }

  void write(sqlite3_file* disk, const char* bytes, sqlite3_int64 offset, sqlite3_int64 length) {
    for (sqlite3_int64 at = offset; at < offset + length;) {
      const sqlite3_int64 number = at / kPageBytes;
      const sqlite3_int64 to = std::min((number + 1) * kPageBytes, offset + length);
      Page& page = page_at(disk, number);
      std::memcpy(page.bytes.data() + (at - number * kPageBytes), bytes + (at - offset),
                  static_cast<std::size_t>(to - at));
      page.dirty = true;
      at = to;
    }
    size = std::max(size, offset + length);
    for (sqlite3_int64 number = offset / kPageBytes; number * kPageBytes < offset + length;
         ++number) {
      if (state().happens_once_in(kOneInReachesDisk)) put(disk, number, pages_.at(number));
    }
  }

  int sync(sqlite3_file* disk, int flags) {
    for (const auto& [number, page] : pages_) {
      if (!page.dirty) continue;
      if (const int written = put(disk, number, page); written != SQLITE_OK) return written;
    }
    std::erase_if(pages_, [](const auto& page) { return page.second.dirty; });
    return disk->pMethods->xSync(disk, flags);
  }

  // As Linux does: all are clean now. Some have reached the disk, some are gone when the cache is
  // short of memory, some are seen until the power is cut.
  void fail_sync(sqlite3_file* disk) {
    ++failures;
    for (auto page = pages_.begin(); page != pages_.end();) {
      if (page->second.dirty && state().happens_once_in(3)) put(disk, page->first, page->second);
      page->second.dirty = false;
      page = state().happens_once_in(2) ? pages_.erase(page) : std::next(page);
    }
  }

  void truncate(sqlite3_int64 bytes) {
    pages_.erase(pages_.lower_bound((bytes + kPageBytes - 1) / kPageBytes), pages_.end());
    if (const auto last = pages_.find(bytes / kPageBytes); last != pages_.end()) {
      std::fill(last->second.bytes.begin() + bytes % kPageBytes, last->second.bytes.end(), '\0');
    }
    size = bytes;
  }

  std::mutex mutex;  ///< For all of it.
  sqlite3_int64 size = 0;
  std::uint64_t failures = 0;  ///< Each open file reports each of them once.

 private:
  struct Page {
    std::array<char, kPageBytes> bytes{};
    bool dirty = false;
  };

  Page& page_at(sqlite3_file* disk, sqlite3_int64 number) {
    const auto [page, is_new] = pages_.try_emplace(number);
    // Beyond the file's end it reads zeros.
    if (is_new) {
      disk->pMethods->xRead(disk, page->second.bytes.data(), kPageBytes, number * kPageBytes);
    }
    return page->second;
  }

  int put(sqlite3_file* disk, sqlite3_int64 number, const Page& page) const {
    const sqlite3_int64 begin = number * kPageBytes;
    const int length = static_cast<int>(std::min(kPageBytes, size - begin));
    return disk->pMethods->xWrite(disk, page.bytes.data(), length, begin);
  }

  std::map<sqlite3_int64, Page> pages_;
};

std::shared_ptr<CachedFile> State::file(const char* name) {
  const std::scoped_lock lock(mutex);
  auto& file = files[name ? name : ""];
  if (!file || !name) file = std::make_shared<CachedFile>();
  return file;
}

// SQLite's own part first, then ours; the file that it stands for follows in memory.
struct File {
  sqlite3_file base;
  std::shared_ptr<CachedFile>* cached;
  std::uint64_t failures_told;
};

sqlite3_file* disk_of(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}

File& self_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

CachedFile& cached_of(sqlite3_file* file) { return **self_of(file).cached; }

int close(sqlite3_file* file) {
  delete self_of(file).cached;
  sqlite3_file* disk = disk_of(file);
  return disk->pMethods->xClose(disk);
}

int read(sqlite3_file* file, void* bytes, int length, sqlite3_int64 offset) {
  CachedFile& cached = cached_of(file);
  const std::scoped_lock lock(cached.mutex);
  sqlite3_file* disk = disk_of(file);
  const int result = disk->pMethods->xRead(disk, bytes, length, offset);
  if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) return result;
  cached.overlay(static_cast<char*>(bytes), offset, length);
  return offset + length <= cached.size ? SQLITE_OK : result;
}

int write(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
  CachedFile& cached = cached_of(file);
  const std::scoped_lock lock(cached.mutex);
  const bool fails = state().fails_once_in(kOneWriteInFails);
  cached.write(disk_of(file), static_cast<const char*>(bytes), offset, fails ? length / 2 : length);
  if (!fails) return SQLITE_OK;
  return state().happens_once_in(2) ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  CachedFile& cached = cached_of(file);
  const std::scoped_lock lock(cached.mutex);
  if (state().fails_once_in(kOneTruncateInFails)) return SQLITE_IOERR_TRUNCATE;
  cached.truncate(size);
  sqlite3_file* disk = disk_of(file);
  return disk->pMethods->xTruncate(disk, size);
}

int sync(sqlite3_file* file, int flags) {
  CachedFile& cached = cached_of(file);
  const std::scoped_lock lock(cached.mutex);
  if (state().fails_once_in(kOneSyncInFails)) cached.fail_sync(disk_of(file));
  if (self_of(file).failures_told != cached.failures) {
    self_of(file).failures_told = cached.failures;
    return SQLITE_IOERR_FSYNC;
  }
  return cached.sync(disk_of(file), flags);
}

int size(sqlite3_file* file, sqlite3_int64* bytes) {
  CachedFile& cached = cached_of(file);
  const std::scoped_lock lock(cached.mutex);
  *bytes = cached.size;
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
// Hints for growing a file or mapping it would go around the cache.
int control(sqlite3_file* file, int code, void* argument) {
  if (code == SQLITE_FCNTL_SIZE_HINT || code == SQLITE_FCNTL_MMAP_SIZE) return SQLITE_OK;
  return disk_of(file)->pMethods->xFileControl(disk_of(file), code, argument);
}
int sector(sqlite3_file* file) { return disk_of(file)->pMethods->xSectorSize(disk_of(file)); }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }
// The log's index is shared memory, which SQLite makes again after a crash.
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
  auto cached = state().file(name);
  {
    const std::scoped_lock guard(cached->mutex);
    sqlite3_int64 bytes = 0;
    disk->pMethods->xFileSize(disk, &bytes);
    cached->size = std::max(cached->size, bytes);
    self_of(file).failures_told = cached->failures;
  }
  self_of(file).cached = new std::shared_ptr<CachedFile>(std::move(cached));
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace

void forget_what_is_not_synced(unsigned seed, bool fails) {
  State& shared = state();
  shared.fails = fails;
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
