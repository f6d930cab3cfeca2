#include "files/log_file.h"

#include <cstddef>
#include <new>
#include <string_view>

#include "files/wrapped_file.h"

namespace dropzone::sqlite {
namespace {

// As many as the usual file system takes in one call, and more than a page has.
constexpr std::size_t kLogPieceBytes = 128 * 1024 - 1;

int write_through(sqlite3_file* file, const char* bytes, std::size_t count, sqlite3_int64 offset) {
  return pass_on<LogFile, &sqlite3_io_methods::xWrite>(file, static_cast<const void*>(bytes),
                                                       static_cast<int>(count), offset);
}

// What could not be written is dropped: SQLite then gives the transaction up.
int flush_log(sqlite3_file* file) {
  LogFile& self = own<LogFile>(file);
  if (self.waiting.empty()) return SQLITE_OK;
  const int status = write_through(file, self.waiting.data(), self.waiting.size(), self.begin);
  self.drop();
  return status;
}

int write_log(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) {
  LogFile& self = own<LogFile>(file);
  const std::string_view bytes(static_cast<const char*>(data), static_cast<std::size_t>(amount));
  const bool follows = offset == self.begin + static_cast<sqlite3_int64>(self.waiting.size());
  if (!follows || self.waiting.size() + bytes.size() > kLogPieceBytes) {
    if (const int status = flush_log(file); status != SQLITE_OK) return status;
  }
  try {
    if (self.waiting.capacity() < kLogPieceBytes) self.waiting.reserve(kLogPieceBytes);
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
  if (const int status = flush_log(file); status != SQLITE_OK) return status;
  return pass_on<LogFile, Method, Arguments...>(file, arguments...);
}

// What waits is of a transaction that was rolled back.
int close_log(sqlite3_file* file) {
  LogFile& self = own<LogFile>(file);
  const int closed = ask<LogFile, &sqlite3_io_methods::xClose>(file);
  *self.slot = nullptr;
  self.~LogFile();
  return closed;
}

// Of the first version: a log is neither mapped nor shared in memory.
constexpr sqlite3_io_methods kLogMethods = {
    .iVersion = 1,
    .xClose = close_log,
    .xRead = after_flush<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write_log,
    .xTruncate = after_flush<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
    .xSync = after_flush<&sqlite3_io_methods::xSync, int>,
    .xFileSize = after_flush<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = pass_on<LogFile, &sqlite3_io_methods::xLock, int>,
    .xUnlock = pass_on<LogFile, &sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = pass_on<LogFile, &sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = pass_on<LogFile, &sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = ask<LogFile, &sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = ask<LogFile, &sqlite3_io_methods::xDeviceCharacteristics>,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

}  // namespace

int open_log_file(sqlite3_vfs* usual, const char* name, sqlite3_file* memory, int flags,
                  int* flags_out, LogFile** slot) {
  auto* const self = new (memory) LogFile;
  const int status = usual->xOpen(usual, name, inner<LogFile>(memory), flags, flags_out);
  if (status == SQLITE_OK) {
    self->base.pMethods = &kLogMethods;
    self->slot = slot;
    *slot = self;
  } else {
    self->~LogFile();
    memory->pMethods = nullptr;
  }
  return status;
}

}  // namespace dropzone::sqlite
