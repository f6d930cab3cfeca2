#include "files/log_file_system.h"

#include <sqlite3.h>

#include <algorithm>

#include "files/database_file.h"
#include "files/device_file_system.h"
#include "files/log_file.h"
#include "files/wrapped_file.h"

namespace dropzone::sqlite {
namespace {

constexpr const char* kName = "dropzone";

sqlite3_vfs* usual = nullptr;

bool keeps_neighbours_whole(sqlite3_file* file) {
  return (file->pMethods->xDeviceCharacteristics(file) & SQLITE_IOCAP_POWERSAFE_OVERWRITE) != 0;
}

// If a write may damage what is next to it, SQLite fills the log up behind each sync: what
// gathers that would drop it, so nothing gathers there.
int open_log(const char* name, sqlite3_file* file, int flags, int* flags_out) {
  DatabaseFile* const database = database_file_of(sqlite3_database_file_object(name));
  if (!database || !keeps_neighbours_whole(&database->base)) {
    return usual->xOpen(usual, name, file, flags, flags_out);
  }
  return open_log_file(usual, name, file, flags, flags_out, &database->log);
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  if ((flags & SQLITE_OPEN_WAL) != 0) return open_log(name, file, flags, flags_out);
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    return open_database_file(usual, name, file, flags, flags_out);
  }
  return usual->xOpen(usual, name, file, flags, flags_out);
}

int system_error(sqlite3_vfs*, int bytes, char* text) {
  const int remembered = take_system_error();
  return remembered != 0 ? remembered : usual->xGetLastError(usual, bytes, text);
}

}  // namespace

const char* log_file_system() {
  static const bool registered = [] {
    const char* const device = device_file_system();
    usual = device ? sqlite3_vfs_find(device) : nullptr;
    if (usual == nullptr) return false;
    static sqlite3_vfs ours = *usual;
    ours.zName = kName;
    ours.szOsFile += static_cast<int>(std::max(sizeof(LogFile), sizeof(DatabaseFile)));
    ours.xOpen = open_file;
    ours.xGetLastError = system_error;
    return sqlite3_vfs_register(&ours, 0) == SQLITE_OK;
  }();
  return registered ? kName : nullptr;
}

}  // namespace dropzone::sqlite
