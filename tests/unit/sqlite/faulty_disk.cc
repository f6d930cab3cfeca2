#include "faulty_disk.h"

#include <sqlite3.h>

namespace dropzone::sqlite {
namespace {

FaultyDisk* faulty_disk = nullptr;
sqlite3_vfs* true_vfs = nullptr;
decltype(sqlite3_vfs::xOpen) true_open = nullptr;
const sqlite3_io_methods* true_methods = nullptr;
sqlite3_io_methods faulty_methods;

int write(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
  if (const int fault = faulty_disk->before_write()) return fault;
  return true_methods->xWrite(file, bytes, length, offset);
}

int sync(sqlite3_file* file, int flags) {
  if (const int fault = faulty_disk->before_sync()) return fault;
  return true_methods->xSync(file, flags);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  const int opened = true_open(vfs, name, file, flags, flags_out);
  if (opened != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return opened;
  if (!true_methods) {
    true_methods = file->pMethods;
    faulty_methods = *true_methods;
    faulty_methods.xWrite = write;
    faulty_methods.xSync = sync;
  }
  file->pMethods = &faulty_methods;
  return SQLITE_OK;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  faulty_disk = this;
  true_vfs = sqlite3_vfs_find(nullptr);
  true_open = true_vfs->xOpen;
  true_vfs->xOpen = open;
}

FaultyDisk::~FaultyDisk() { true_vfs->xOpen = true_open; }

}  // namespace dropzone::sqlite
