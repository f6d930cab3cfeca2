#include "log_file_system.h"

#include <sqlite3.h>

#include <cstddef>
#include <new>
#include <string_view>
#include <vector>

namespace dropzone::sqlite {
namespace {

constexpr const char* kName = "dropzone";
// As many as the usual file system takes in one call, and more than a page has.
constexpr std::size_t kPieceBytes = 128 * 1024 - 1;

/// SQLite allocates it, with room for the usual file behind it.
struct LogFile {
  sqlite3_file base{};  // First: it is what SQLite sees.
  std::vector<char> waiting;
  sqlite3_int64 begin = 0;  ///< Where in the file what is waiting belongs.
};

LogFile& log_of(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

sqlite3_file* inner(sqlite3_file* file) {
  static_assert(sizeof(LogFile) % alignof(void*) == 0);  // As SQLite aligns its files.
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(LogFile));
}

int write_through(sqlite3_file* file, const char* bytes, std::size_t count, sqlite3_int64 offset) {
  return inner(file)->pMethods->xWrite(inner(file), bytes, static_cast<int>(count), offset);
}

// What could not be written is dropped: SQLite then gives the transaction up.
int flush(sqlite3_file* file) {
  LogFile& self = log_of(file);
  if (self.waiting.empty()) return SQLITE_OK;
  const int status = write_through(file, self.waiting.data(), self.waiting.size(), self.begin);
  self.waiting.clear();
  return status;
}

int write_log(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) {
  LogFile& self = log_of(file);
  const std::string_view bytes(static_cast<const char*>(data), static_cast<std::size_t>(amount));
  const bool follows = offset == self.begin + static_cast<sqlite3_int64>(self.waiting.size());
  if (!follows || self.waiting.size() + bytes.size() > kPieceBytes) {
    if (const int status = flush(file); status != SQLITE_OK) return status;
  }
  try {
    if (self.waiting.capacity() < kPieceBytes) self.waiting.reserve(kPieceBytes);
  } catch (const std::bad_alloc&) {
    return write_through(file, bytes.data(), bytes.size(), offset);
  }
  if (self.waiting.empty()) self.begin = offset;
  self.waiting.insert(self.waiting.end(), bytes.begin(), bytes.end());
  return SQLITE_OK;
}

/// Passes a call on, once everything is in the file.
template <auto Method, typename... Arguments>
int after_flush(sqlite3_file* file, Arguments... arguments) {
  if (const int status = flush(file); status != SQLITE_OK) return status;
  return (inner(file)->pMethods->*Method)(inner(file), arguments...);
}

template <auto Method, typename... Arguments>
int pass_on(sqlite3_file* file, Arguments... arguments) {
  return (inner(file)->pMethods->*Method)(inner(file), arguments...);
}

int close_log(sqlite3_file* file) {
  const int flushed = flush(file);
  const int closed = inner(file)->pMethods->xClose(inner(file));
  log_of(file).~LogFile();
  return flushed == SQLITE_OK ? closed : flushed;
}

using Methods = sqlite3_io_methods;

// Of the first version: a log is neither mapped nor shared in memory.
constexpr Methods kMethods = {
    .iVersion = 1,
    .xClose = close_log,
    .xRead = after_flush<&Methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write_log,
    .xTruncate = after_flush<&Methods::xTruncate, sqlite3_int64>,
    .xSync = after_flush<&Methods::xSync, int>,
    .xFileSize = after_flush<&Methods::xFileSize, sqlite3_int64*>,
    .xLock = pass_on<&Methods::xLock, int>,
    .xUnlock = pass_on<&Methods::xUnlock, int>,
    .xCheckReservedLock = pass_on<&Methods::xCheckReservedLock, int*>,
    .xFileControl = pass_on<&Methods::xFileControl, int, void*>,
    .xSectorSize = pass_on<&Methods::xSectorSize>,
    .xDeviceCharacteristics = pass_on<&Methods::xDeviceCharacteristics>,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

sqlite3_vfs* usual = nullptr;

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  if ((flags & SQLITE_OPEN_WAL) == 0) return usual->xOpen(usual, name, file, flags, flags_out);
  auto* const self = new (file) LogFile;
  const int status = usual->xOpen(usual, name, inner(file), flags, flags_out);
  if (status == SQLITE_OK) {
    self->base.pMethods = &kMethods;
  } else {
    self->~LogFile();
    file->pMethods = nullptr;
  }
  return status;
}

}  // namespace

const char* log_file_system() {
  static const bool registered = [] {
    usual = sqlite3_vfs_find(nullptr);
    if (usual == nullptr) return false;
    static sqlite3_vfs ours = *usual;
    ours.zName = kName;
    ours.szOsFile += static_cast<int>(sizeof(LogFile));
    ours.xOpen = open_file;
    return sqlite3_vfs_register(&ours, 0) == SQLITE_OK;
  }();
  return registered ? kName : nullptr;
}

}  // namespace dropzone::sqlite
