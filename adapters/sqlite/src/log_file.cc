#include "log_file.h"

#include <cstddef>
#include <new>
#include <string_view>

#include "wrapped_file.h"

namespace dropzone::sqlite {
namespace {

// As many as the usual file system takes in one call, and more than a page has.
constexpr std::size_t kPieceBytes = 128 * 1024 - 1;

int write_through(sqlite3_file* file, const char* bytes, std::size_t count, sqlite3_int64 offset) {
  return pass_on<LogFile, &sqlite3_io_methods::xWrite>(file, static_cast<const void*>(bytes),
                                                       static_cast<int>(count), offset);
}

// What could not be written is dropped: SQLite then gives the transaction up.
int flush(sqlite3_file* file) {
  LogFile& self = own<LogFile>(file);
  if (self.waiting.empty()) return SQLITE_OK;
  const int status = write_through(file, self.waiting.data(), self.waiting.size(), self.begin);
  self.drop();
  return status;
}

int write(sqlite3_file* file, const void* data, int amount, sqlite3_int64 offset) {
  LogFile& self = own<LogFile>(file);
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
  return pass_on<LogFile, Method, Arguments...>(file, arguments...);
}

// What waits is of a transaction that was rolled back.
int close(sqlite3_file* file) {
  LogFile& self = own<LogFile>(file);
  const int closed = ask<LogFile, &sqlite3_io_methods::xClose>(file);
  *self.slot = nullptr;
  self.~LogFile();
  return closed;
}

using Methods = sqlite3_io_methods;

// Of the first version: a log is neither mapped nor shared in memory.
constexpr Methods kMethods = {
    .iVersion = 1,
    .xClose = close,
    .xRead = after_flush<&Methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write,
    .xTruncate = after_flush<&Methods::xTruncate, sqlite3_int64>,
    .xSync = after_flush<&Methods::xSync, int>,
    .xFileSize = after_flush<&Methods::xFileSize, sqlite3_int64*>,
    .xLock = pass_on<LogFile, &Methods::xLock, int>,
    .xUnlock = pass_on<LogFile, &Methods::xUnlock, int>,
    .xCheckReservedLock = pass_on<LogFile, &Methods::xCheckReservedLock, int*>,
    .xFileControl = pass_on<LogFile, &Methods::xFileControl, int, void*>,
    .xSectorSize = ask<LogFile, &Methods::xSectorSize>,
    .xDeviceCharacteristics = ask<LogFile, &Methods::xDeviceCharacteristics>,
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
    self->base.pMethods = &kMethods;
    self->slot = slot;
    *slot = self;
  } else {
    self->~LogFile();
    memory->pMethods = nullptr;
  }
  return status;
}

}  // namespace dropzone::sqlite
