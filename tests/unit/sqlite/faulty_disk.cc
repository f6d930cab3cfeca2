#include "faulty_disk.h"

#include <sqlite3.h>

namespace dropzone::sqlite {
namespace {

FaultyDisk* faulty_disk = nullptr;
sqlite3_vfs* true_vfs = nullptr;
decltype(sqlite3_vfs::xOpen) true_open = nullptr;

// The usual methods of one sort of files, and the faulty ones in their place.
struct Methods {
  const sqlite3_io_methods* usual = nullptr;
  sqlite3_io_methods faulty{};
};
Methods of_databases;
Methods of_logs;

template <Methods& Sort>
int read(sqlite3_file* file, void* bytes, int length, sqlite3_int64 offset) {
  if (const int fault = faulty_disk->before_read()) return fault;
  return Sort.usual->xRead(file, bytes, length, offset);
}

template <Methods& Sort, std::function<int()> FaultyDisk::*Before>
int write(sqlite3_file* file, const void* bytes, int length, sqlite3_int64 offset) {
  if (const int fault = (faulty_disk->*Before)()) return fault;
  return Sort.usual->xWrite(file, bytes, length, offset);
}

template <Methods& Sort, std::function<int()> FaultyDisk::*Before>
int sync(sqlite3_file* file, int flags) {
  if (const int fault = (faulty_disk->*Before)()) return fault;
  return Sort.usual->xSync(file, flags);
}

template <Methods& Sort, std::function<int()> FaultyDisk::*BeforeWrite,
          std::function<int()> FaultyDisk::*BeforeSync>
void make_faulty(sqlite3_file* file) {
  if (!Sort.usual) {
    Sort.usual = file->pMethods;
    Sort.faulty = *Sort.usual;
    Sort.faulty.xRead = read<Sort>;
    Sort.faulty.xWrite = write<Sort, BeforeWrite>;
    Sort.faulty.xSync = sync<Sort, BeforeSync>;
  }
  file->pMethods = &Sort.faulty;
}

// A log is locked otherwise than a database, and so has other methods.
int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  const int opened = true_open(vfs, name, file, flags, flags_out);
  if (opened != SQLITE_OK) return opened;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    make_faulty<of_databases, &FaultyDisk::before_write, &FaultyDisk::before_sync>(file);
  } else if ((flags & SQLITE_OPEN_WAL) != 0) {
    make_faulty<of_logs, &FaultyDisk::before_log_write, &FaultyDisk::before_log_sync>(file);
  }
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
