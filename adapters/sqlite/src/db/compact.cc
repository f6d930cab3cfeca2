#include <dropzone/sqlite/compact.h>

#include <system_error>
#include <utility>

#include "db/connection.h"
#include "db/copy_store.h"
#include "db/file_mark.h"
#include "db/schema.h"
#include "db/store_file.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

// As a server does; the log is moved into the file when it is closed.
Result<void> open_and_close(const StoreFile& file) {
  if (auto belongs = check_log_owner(file); !belongs) return belongs;
  auto connection = Connection::open({.path = file.path()});
  if (!connection) return std::move(connection).error();
  return prepare_schema(**connection);
}

}  // namespace

Result<Compacted> compact(const fs::path& store, const BackupProgress& progress) {
  std::error_code ignored;
  if (!fs::is_regular_file(store, ignored)) {
    return Error{ErrorCode::invalid_configuration, "There is no store " + store.string() + '.'};
  }
  const auto file = StoreFile::own(store);
  if (!file) return file.error();
  if (auto opened = open_and_close(*file); !opened) return std::move(opened).error();
  Compacted compacted{.store = file->path()};
  compacted.bytes_before = fs::file_size(file->path(), ignored);
  auto old = replace_by_copy(*file, file->path(), progress);
  if (!old) return std::move(old).error();
  compacted.bytes_after = fs::file_size(file->path(), ignored);
  if (*old) {
    for (const char* suffix : {"", "-wal", "-journal"}) {
      fs::remove((*old)->string() + suffix, ignored);
    }
  }
  return compacted;
}

}  // namespace dropzone::sqlite
