#include "db/finish_restore.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <ctime>
#include <string>
#include <system_error>
#include <utility>

#include "db/partial_file.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

bool has_entry(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

Result<void> move_to_free(const fs::path& from, const fs::path& to) {
  std::error_code fault;
  if (has_entry(to)) fault = std::make_error_code(std::errc::file_exists);
  if (!fault) fs::rename(from, to, fault);
  if (!fault) return {};
  return Error{ErrorCode::store_read_only, "A restoring of the store cannot be ended, since " +
                                               from.filename().string() + " cannot be renamed to " +
                                               to.filename().string() + ": " + fault.message() +
                                               '.'};
}

Result<void> flush_folder(const fs::path& store) {
  return flush_to_disk(store.parent_path(), O_RDONLY | O_DIRECTORY);
}

}  // namespace

fs::path restored_copy(const fs::path& store) { return store.string() + "-restored"; }

fs::path name_for_old_store(const fs::path& store, const fs::path& copy) {
  struct stat status {};
  std::tm time{};
  std::string text(sizeof "20300131T235959Z", '\0');
  if (::stat(copy.c_str(), &status) == 0) gmtime_r(&status.st_mtime, &time);
  text.resize(std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &time));
  return store.string() + ".before-" + text;
}

// The copy keeps its name until the old store and its log are away for good: so this can be done
// again from its beginning wherever it was interrupted.
Result<std::optional<fs::path>> finish_restore(const fs::path& store) {
  const fs::path copy = restored_copy(store);
  std::error_code ignored;
  fs::remove(copy.string() + ".part", ignored);  // Of a copy that was not finished.
  fs::remove(copy.string() + ".part-journal", ignored);
  std::optional<fs::path> kept;
  if (!has_entry(copy)) return kept;
  const fs::path old = name_for_old_store(store, copy);
  for (const char* suffix : {"", "-wal", "-journal"}) {
    if (!has_entry(store.string() + suffix)) continue;
    auto moved = move_to_free(store.string() + suffix, old.string() + suffix);
    if (!moved) return std::move(moved).error();
  }
  fs::remove(store.string() + "-shm", ignored);
  if (auto flushed = flush_folder(store); !flushed) return std::move(flushed).error();
  if (auto moved = move_to_free(copy, store); !moved) return std::move(moved).error();
  if (auto flushed = flush_folder(store); !flushed) return std::move(flushed).error();
  if (has_entry(old) || has_entry(old.string() + "-wal")) kept = old;
  return kept;
}

}  // namespace dropzone::sqlite
