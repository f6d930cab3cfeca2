#include "files/device_file_system.h"

#include <sqlite3.h>

#include <list>
#include <mutex>

namespace dropzone::sqlite {
namespace {

constexpr const char* kDeviceName = "dropzone-device";

/// The methods of the usual files of one sort, and ours in their place.
struct DeviceMethods {
  sqlite3_io_methods ours{};  // First: it is what SQLite sees.
  const sqlite3_io_methods* usual = nullptr;
};

sqlite3_vfs* usual_system = nullptr;

int read_from_device(sqlite3_file* file, void* bytes, int amount, sqlite3_int64 offset) {
  const auto* const methods = reinterpret_cast<const DeviceMethods*>(file->pMethods);
  const int status = methods->usual->xRead(file, bytes, amount, offset);
  return status == SQLITE_IOERR_CORRUPTFS ? SQLITE_IOERR_READ : status;
}

// SQLite has a table of methods for each way to lock files, and so a handful in all.
const sqlite3_io_methods* ours_for(const sqlite3_io_methods* usual) {
  static std::mutex mutex;
  static std::list<DeviceMethods> known;
  const std::scoped_lock lock(mutex);
  for (const DeviceMethods& methods : known) {
    if (methods.usual == usual) return &methods.ours;
  }
  DeviceMethods& methods = known.emplace_back(DeviceMethods{*usual, usual});
  methods.ours.xRead = read_from_device;
  return &methods.ours;
}

int open_on_device(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  const int status = usual_system->xOpen(usual_system, name, file, flags, flags_out);
  if (status == SQLITE_OK && file->pMethods) file->pMethods = ours_for(file->pMethods);
  return status;
}

}  // namespace

const char* device_file_system() {
  static const bool registered = [] {
    usual_system = sqlite3_vfs_find(nullptr);
    if (usual_system == nullptr) return false;
    static sqlite3_vfs ours = *usual_system;
    ours.zName = kDeviceName;
    ours.xOpen = open_on_device;
    return sqlite3_vfs_register(&ours, 0) == SQLITE_OK;
  }();
  return registered ? kDeviceName : nullptr;
}

}  // namespace dropzone::sqlite
