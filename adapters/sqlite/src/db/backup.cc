#include <sqlite3.h>

#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <dropzone/sqlite/backup.h>

#include "db/connection.h"
#include "db/copy_store.h"
#include "db/file_mark.h"
#include "db/partial_file.h"
#include "db/schema.h"
#include "db/sqlite_error.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int kPagesAStep = 4'096;

Error refuse(std::string detail) { return {ErrorCode::invalid_configuration, std::move(detail)}; }

Result<void> check_is_store(Connection& connection, const fs::path& path) {
  if (auto ours = check_owner(connection); !ours) return ours;
  const auto tables =
      connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'kinds'", 0);
  if (!tables) return tables.error();
  return *tables > 0 ? Result<void>() : refuse("There is no store in " + path.string() + '.');
}

struct FinishCopy {
  void operator()(sqlite3_backup* copy) const noexcept { sqlite3_backup_finish(copy); }
};
using Copy = std::unique_ptr<sqlite3_backup, FinishCopy>;

Error took_too_long() {
  return {
      ErrorCode::deadline_exceeded,
      "The copy took longer than a read of one moment may, for which the store's log grows. Copy "
      "to a faster disk, or allow it more time."};
}

Result<void> copy_pages(Connection& from, Connection& to, const BackupProgress& progress,
                        Deadline deadline) {
  Copy copy(sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!copy) return last_error(to.handle());
  for (int result = SQLITE_OK; result != SQLITE_DONE;) {
    if (is_past(deadline)) return took_too_long();
    result = sqlite3_backup_step(copy.get(), kPagesAStep);
    if (result != SQLITE_OK && result != SQLITE_DONE) {
      return error_of(result, sqlite3_system_errno(to.handle()));
    }
    const int total = sqlite3_backup_pagecount(copy.get());
    if (progress) progress(total - sqlite3_backup_remaining(copy.get()), total);
  }
  const int finished = sqlite3_backup_finish(copy.release());
  if (finished != SQLITE_OK) return error_of(finished, sqlite3_system_errno(to.handle()));
  return {};
}

Result<void> check(Connection& copy) {
  auto cursor = copy.prepare("PRAGMA quick_check(1)");
  if (!cursor) return std::move(cursor).error();
  if (cursor->step() == Step::failed) return cursor->error();
  if (cursor->bytes(0) == "ok") return {};
  return Error{ErrorCode::store_corrupt,
               "The copy is damaged (" + std::string(cursor->bytes(0)) +
                   "), and so is the store: restore it from an earlier backup."};
}

// All pages are of one moment, however long it takes: writers go on beside this transaction. Their
// log grows meanwhile, so it ends with the last page.
Result<void> copy_moment(const fs::path& store, Connection& to, const BackupProgress& progress,
                         Deadline deadline) {
  auto from = Connection::open({.path = store, .mode = Connection::Mode::read_only});
  if (!from) return std::move(from).error();
  const auto moment = Transaction::begin_read(**from);
  if (!moment) return moment.error();
  if (auto ours = check_is_store(**from, store); !ours) return ours;
  return copy_pages(**from, to, progress, deadline);
}

}  // namespace

Result<void> copy_store(const fs::path& store, const fs::path& target,
                        const BackupProgress& progress, Deadline deadline) {
  std::error_code fault;
  if (!fs::is_regular_file(store, fault)) {
    return refuse("There is no store " + store.string() + '.');
  }
  auto to = Connection::open({.path = target});
  if (!to) return std::move(to).error();
  if (auto copied = copy_moment(store, **to, progress, deadline); !copied) return copied;
  // A copy that has no log beside it is one file, which can be moved about.
  if (auto whole = (*to)->execute("PRAGMA journal_mode = DELETE"); !whole) return whole;
  if (auto marked = mark_copy(**to); !marked) return marked;
  return check(**to);
}

Result<void> back_up(const fs::path& store, const fs::path& target, const BackupProgress& progress,
                     Deadline deadline) {
  std::error_code fault;
  if (fs::exists(fs::symlink_status(target, fault))) {
    return refuse("There is a file " + target.string() + " already. Name another, or remove it.");
  }
  PartialFile part(target);
  if (auto made = part.make(); !made) return made;
  if (auto copied = copy_store(store, part.path(), progress, deadline); !copied) return copied;
  return part.finish();
}

}  // namespace dropzone::sqlite
