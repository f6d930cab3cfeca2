#include "files/database_file.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <new>
#include <span>
#include <utility>

#include "files/log_index.h"
#include "files/unused_space.h"
#include "files/wrapped_file.h"

namespace dropzone::sqlite {
namespace {

constexpr int kShare = SQLITE_SHM_LOCK | SQLITE_SHM_SHARED;
constexpr int kTake = SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE;
constexpr int kGiveBackShare = SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED;
constexpr int kGiveBack = SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE;

using Methods = sqlite3_io_methods;

// Checkpoints of this process whose sync failed, and those of them after which SQLite takes nothing
// for moved any more. In between it may, for a moment.
std::atomic<std::uint64_t> failed_checkpoints = 0;
std::atomic<std::uint64_t> undone_checkpoints = 0;
constexpr std::uint64_t kDoubtful = std::numeric_limits<std::uint64_t>::max();

template <auto Method, typename... Arguments>
constexpr auto kPass = pass_on<DatabaseFile, Method, Arguments...>;
template <auto Method, typename... Arguments>
constexpr auto kAsk = ask<DatabaseFile, Method, Arguments...>;

DatabaseFile& self_of(sqlite3_file* file) { return own<DatabaseFile>(file); }

// After a failure each call fails for SQLite, until the checkpoint ends: a sync that
// succeeds then says nothing about what the failed one has lost.
int sync_file(sqlite3_file* file, int flags) {
  DatabaseFile& self = self_of(file);
  if (self.sync_failed) return SQLITE_IOERR_FSYNC;
  const int status = pass_on<DatabaseFile, &Methods::xSync>(file, flags);
  if (status == SQLITE_OK) {
    self.unsynced = 0;
  } else if (self.checkpoints) {
    self.sync_failed = true;
    self.fault = {.status = status, .system_error = take_system_error()};
    ++failed_checkpoints;
  }
  return status;
}

// What the page is written as: itself if there is nothing to wipe, or no memory for it.
const void* wiped(DatabaseFile& self, const void* bytes, int amount, sqlite3_int64 offset) noexcept
    try {
  const std::span page(static_cast<const unsigned char*>(bytes), static_cast<std::size_t>(amount));
  const auto unused = unused_space(page, offset / amount + 1);
  if (!unused) return bytes;
  const auto is_zero = [](unsigned char byte) { return byte == 0; };
  if (std::ranges::all_of(page.subspan(unused->begin, unused->end - unused->begin), is_zero)) {
    return bytes;
  }
  self.wiped.assign(page.begin(), page.end());
  std::fill(self.wiped.begin() + static_cast<std::ptrdiff_t>(unused->begin),
            self.wiped.begin() + static_cast<std::ptrdiff_t>(unused->end), 0);
  return self.wiped.data();
} catch (const std::bad_alloc&) {
  return bytes;
}

// Whether a file's b-tree pages can be distinguished from others: see unused_space().
bool can_wipe(sqlite3_file* file, sqlite3_int64 bytes) {
  std::array<unsigned char, 24> head{};
  if (bytes > 0 && ask<DatabaseFile, &Methods::xRead>(file, static_cast<void*>(head.data()),
                                                      static_cast<int>(head.size()),
                                                      sqlite3_int64{0}) != SQLITE_OK) {
    return false;
  }
  const sqlite3_int64 stored = head[16] << 8 | head[17];
  const sqlite3_int64 page = stored == 1 ? 65'536 : stored == 0 ? 4'096 : stored;
  return head[20] == 0 && bytes / page <= kMostWipedPages;
}

// SQLite announces when a checkpoint begins, and then how large the file will be.
void note_checkpoint(sqlite3_file* file, int operation, void* argument) {
  DatabaseFile& self = self_of(file);
  sqlite3_int64 bytes = 0;
  if (operation == SQLITE_FCNTL_CKPT_START) {
    self.wipes =
        ask<DatabaseFile, &Methods::xFileSize>(file, &bytes) == SQLITE_OK && can_wipe(file, bytes);
  } else if (operation == SQLITE_FCNTL_SIZE_HINT && self.wipes) {
    self.wipes = can_wipe(file, *static_cast<sqlite3_int64*>(argument));
  } else if (operation == SQLITE_FCNTL_CKPT_DONE) {
    self.wipes = false;
  }
}

int write_file(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
  DatabaseFile& self = self_of(file);
  self.unsynced += amount;
  if (self.wipes) bytes = wiped(self, bytes, amount, offset);
  const int status = pass_on<DatabaseFile, &Methods::xWrite>(file, bytes, amount, offset);
  if (status != SQLITE_OK || !self.checkpoints || self.unsynced < self.most_unsynced) return status;
  return sync_file(file, SQLITE_SYNC_NORMAL);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (self_of(file).sync_failed) return SQLITE_IOERR_TRUNCATE;
  return pass_on<DatabaseFile, &Methods::xTruncate>(file, size);
}

int close_file(sqlite3_file* file) {
  const int closed = ask<DatabaseFile, &Methods::xClose>(file);
  self_of(file).~DatabaseFile();
  return closed;
}

int control_file(sqlite3_file* file, int operation, void* argument) {
  DatabaseFile& self = self_of(file);
  if (operation == kTakeCheckpointFault) {
    *static_cast<CheckpointFault*>(argument) = std::exchange(self.fault, {});
    return SQLITE_OK;
  }
  note_checkpoint(file, operation, argument);
  // The last call before SQLite takes down what it moved, and it syncs by itself only what was all.
  if (operation == SQLITE_FCNTL_CKPT_DONE && self.checkpoints && self.unsynced > 0) {
    sync_file(file, SQLITE_SYNC_NORMAL);
  }
  return ask<DatabaseFile, &Methods::xFileControl>(file, operation, argument);
}

int change_lock(sqlite3_file* file, int first, int count, int flags) {
  return pass_on<DatabaseFile, &Methods::xShmLock>(file, first, count, flags);
}

// With the lock, nobody moves anything: as long as something is left to move, nobody begins the log
// again, either. SQLite's WAL-reset fault needs a checkpoint that began when nothing was left.
int take_checkpoint_lock(sqlite3_file* file) {
  const int taken = change_lock(file, kCheckpointLock, 1, kTake);
  if (taken != SQLITE_OK) return taken;
  const auto log = read_log_index(inner<DatabaseFile>(file));
  if (!log || log->moved >= log->written) {
    change_lock(file, kCheckpointLock, 1, kGiveBack);
    return SQLITE_BUSY;
  }
  DatabaseFile& self = self_of(file);
  self.checkpoints = true;
  self.fault = {};
  return SQLITE_OK;
}

int give_back_checkpoint_lock(sqlite3_file* file) {
  DatabaseFile& self = self_of(file);
  self.checkpoints = false;
  self.sync_failed = false;
  return change_lock(file, kCheckpointLock, 1, kGiveBack);
}

// SQLite has taken down what it moved, and has both locks yet that forget_what_was_moved() needs.
int give_back_file_readers(sqlite3_file* file) {
  if (self_of(file).sync_failed) {
    forget_what_was_moved(inner<DatabaseFile>(file));
    ++undone_checkpoints;
  }
  return change_lock(file, kFileReadersLock, 1, kGiveBack);
}

// SQLite takes all of these at once only to begin the log again. A checkpoint of its own connection
// may do so; one of another may not be under way, whichever process has it.
int take_readers_locks(sqlite3_file* file) {
  DatabaseFile& self = self_of(file);
  if (!self.checkpoints) {
    if (!self.log_may_begin) return SQLITE_BUSY;
    if (const int busy = change_lock(file, kCheckpointLock, 1, kTake)) return busy;
    self.borrowed = true;
  }
  const int taken = change_lock(file, kFirstReadersLock, kReadersLocks, kTake);
  if (taken != SQLITE_OK && std::exchange(self.borrowed, false)) {
    change_lock(file, kCheckpointLock, 1, kGiveBack);
  }
  return taken;
}

int give_back_readers_locks(sqlite3_file* file) {
  const int given = change_lock(file, kFirstReadersLock, kReadersLocks, kGiveBack);
  if (std::exchange(self_of(file).borrowed, false)) {
    change_lock(file, kCheckpointLock, 1, kGiveBack);
  }
  return given;
}

void give_back_kept(DatabaseFile& self) noexcept {
  if (const int lock = std::exchange(self.kept_share, 0)) {
    change_lock(&self.base, lock, 1, kGiveBackShare);
  }
}

// Whoever begins to read takes such a lock, and then looks at what is moved.
int share_readers_lock(sqlite3_file* file, int lock) {
  DatabaseFile& self = self_of(file);
  const bool has = self.kept_share == lock;
  if (has) self.kept_share = 0;
  give_back_kept(self);
  const int shared = has ? SQLITE_OK : change_lock(file, lock, 1, kShare);
  const std::uint64_t undone = undone_checkpoints;
  const std::uint64_t failed = failed_checkpoints;
  self_of(file).failures_before = undone == failed ? failed : kDoubtful;
  return shared;
}

int give_back_share(sqlite3_file* file, int lock) {
  DatabaseFile& self = self_of(file);
  self.failures_before.reset();
  if (self.keeps_share) {
    self.kept_share = lock;
    return SQLITE_OK;
  }
  return change_lock(file, lock, 1, kGiveBackShare);
}

// Who has begun to read while a checkpoint failed may take for moved what is not: SQLite lets them
// begin again.
int take_write_lock(sqlite3_file* file) {
  const int taken = change_lock(file, kWriteLock, 1, kTake);
  const auto& before = self_of(file).failures_before;
  if (taken != SQLITE_OK || !before || *before == failed_checkpoints) return taken;
  change_lock(file, kWriteLock, 1, kGiveBack);
  return SQLITE_BUSY;
}

// Whatever a commit has written is synced by now.
int give_back_write_lock(sqlite3_file* file) {
  if (LogFile* const log = self_of(file).log) log->drop();
  return change_lock(file, kWriteLock, 1, kGiveBack);
}

int lock_index(sqlite3_file* file, int first, int count, int flags) {
  const auto are = [&](int of_first, int of_count) {
    return first == of_first && count == of_count;
  };
  const bool is_readers = count == 1 && first >= kFileReadersLock;
  if (flags == kShare && is_readers) return share_readers_lock(file, first);
  if (flags == kGiveBackShare && is_readers) return give_back_share(file, first);
  if (flags == kTake) {
    give_back_kept(self_of(file));
    if (are(kWriteLock, 1)) return take_write_lock(file);
    if (are(kCheckpointLock, 1)) return take_checkpoint_lock(file);
    if (are(kFirstReadersLock, kReadersLocks)) return take_readers_locks(file);
  }
  if (flags == kGiveBack) {
    if (are(kWriteLock, 1)) return give_back_write_lock(file);
    if (are(kCheckpointLock, 1)) return give_back_checkpoint_lock(file);
    if (are(kFileReadersLock, 1)) return give_back_file_readers(file);
    if (are(kFirstReadersLock, kReadersLocks)) return give_back_readers_locks(file);
  }
  return change_lock(file, first, count, flags);
}

constexpr Methods kMethods = {
    .iVersion = 3,
    .xClose = close_file,
    .xRead = kPass<&Methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = kPass<&Methods::xFileSize, sqlite3_int64*>,
    .xLock = kPass<&Methods::xLock, int>,
    .xUnlock = kPass<&Methods::xUnlock, int>,
    .xCheckReservedLock = kPass<&Methods::xCheckReservedLock, int*>,
    .xFileControl = control_file,
    .xSectorSize = kAsk<&Methods::xSectorSize>,
    .xDeviceCharacteristics = kAsk<&Methods::xDeviceCharacteristics>,
    .xShmMap = kPass<&Methods::xShmMap, int, int, int, void volatile**>,
    .xShmLock = lock_index,
    .xShmBarrier = kAsk<&Methods::xShmBarrier>,
    .xShmUnmap = kPass<&Methods::xShmUnmap, int>,
    .xFetch = kPass<&Methods::xFetch, sqlite3_int64, int, void**>,
    .xUnfetch = kPass<&Methods::xUnfetch, sqlite3_int64, void*>,
};

// Of a usual file that is neither mapped nor shared in memory by the same calls.
constexpr Methods of_version(Methods methods, int version) {
  methods.iVersion = version;
  return methods;
}
constexpr Methods kMethodsOf1 = of_version(kMethods, 1);
constexpr Methods kMethodsOf2 = of_version(kMethods, 2);

const Methods* methods_for(const sqlite3_file* usual) {
  const int version = usual->pMethods->iVersion;
  return version >= 3 ? &kMethods : version == 2 ? &kMethodsOf2 : &kMethodsOf1;
}

}  // namespace

int open_database_file(sqlite3_vfs* usual, const char* name, sqlite3_file* memory, int flags,
                       int* flags_out) {
  auto* const self = new (memory) DatabaseFile;
  const int status = usual->xOpen(usual, name, inner<DatabaseFile>(memory), flags, flags_out);
  if (status == SQLITE_OK) {
    self->base.pMethods = methods_for(inner<DatabaseFile>(memory));
  } else {
    self->~DatabaseFile();
    memory->pMethods = nullptr;
  }
  return status;
}

void keep_share(DatabaseFile& file, bool keep) noexcept {
  file.keeps_share = keep;
  if (!keep) give_back_kept(file);
}

DatabaseFile* database_file_of(sqlite3_file* file) noexcept {
  const Methods* const methods = file ? file->pMethods : nullptr;
  const bool ours = methods == &kMethods || methods == &kMethodsOf1 || methods == &kMethodsOf2;
  return ours ? &own<DatabaseFile>(file) : nullptr;
}

}  // namespace dropzone::sqlite
