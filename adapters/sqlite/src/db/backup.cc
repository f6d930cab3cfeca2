#include <sqlite3.h>

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
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

constexpr int kStepsBetweenReports = 1'000;
constexpr std::size_t kCacheBytes = std::size_t{8} << 20;

Error refuse(std::string detail) { return {ErrorCode::invalid_configuration, std::move(detail)}; }

Result<void> check_is_store(Connection& connection, const fs::path& path) {
  if (auto ours = check_owner(connection); !ours) return ours;
  const auto tables =
      connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'kinds'", 0);
  if (!tables) return tables.error();
  return *tables > 0 ? Result<void>() : refuse("There is no store in " + path.string() + '.');
}

Error took_too_long() {
  return {
      ErrorCode::deadline_exceeded,
      "The copy took longer than a read of one moment may, for which the store's log grows. Copy "
      "to a faster disk, or allow it more time."};
}

/// Looks at the clock and reports while SQLite copies.
class CopyWatch {
 public:
  CopyWatch(Connection& from, fs::path target, std::int64_t pages, std::int64_t page_bytes,
            const BackupProgress& progress, Deadline deadline)
      : from_(from),
        target_(std::move(target)),
        pages_(pages),
        page_bytes_(page_bytes),
        progress_(progress),
        deadline_(deadline) {
    sqlite3_progress_handler(from_.handle(), kStepsBetweenReports, &CopyWatch::look, this);
  }
  ~CopyWatch() { sqlite3_progress_handler(from_.handle(), 0, nullptr, nullptr); }
  CopyWatch(const CopyWatch&) = delete;
  CopyWatch& operator=(const CopyWatch&) = delete;

  [[nodiscard]] bool is_over() const noexcept { return is_past(deadline_); }
  void report(std::int64_t pages) const {
    if (progress_) progress_(pages, pages_);
  }

 private:
  static int look(void* watch) noexcept try {
    const auto& self = *static_cast<CopyWatch*>(watch);
    if (self.is_over()) return 1;
    std::error_code fault;
    const auto bytes = fs::file_size(self.target_, fault);
    const auto pages = static_cast<std::int64_t>(bytes) / self.page_bytes_;
    if (!fault) self.report(std::min(pages, self.pages_ - 1));
    return 0;
  } catch (const std::exception&) {
    return 1;
  }

  Connection& from_;
  const fs::path target_;
  const std::int64_t pages_;
  const std::int64_t page_bytes_;
  const BackupProgress& progress_;
  const Deadline deadline_;
};

// Record by record, so that the copy has nothing that was deleted, and no free pages.
Result<void> copy_content(Connection& from, const fs::path& target, const BackupProgress& progress,
                          Deadline deadline) {
  const auto all = from.integer("PRAGMA page_count", 0);
  if (!all) return all.error();
  const auto free = from.integer("PRAGMA freelist_count", 0);
  if (!free) return free.error();
  const auto page_bytes = from.integer("PRAGMA page_size", 0);
  if (!page_bytes) return page_bytes.error();
  const auto gives_back = from.integer("PRAGMA auto_vacuum", 0);
  if (!gives_back) return gives_back.error();
  // Both are for the copy. The second one would write to a store that gives pages back already.
  if (auto set = set_page_size(from); !set) return set;
  if (*gives_back == 0) {
    if (auto set = from.execute("PRAGMA auto_vacuum = INCREMENTAL"); !set) return set;
  }
  const std::int64_t pages = *all - *free;
  const CopyWatch watch(from, target, pages, *page_bytes, progress, deadline);
  if (watch.is_over()) return took_too_long();
  auto copied = from.run("VACUUM INTO ?1", std::string_view(fs::absolute(target).native()));
  if (!copied && watch.is_over()) return took_too_long();
  if (copied) watch.report(pages);
  return copied;
}

Result<void> check(Connection& copy) {
  auto statement = copy.prepare("PRAGMA quick_check(1)");
  if (!statement) return std::move(statement).error();
  if (statement->step() == Step::failed) return statement->error();
  if (statement->bytes(0) == "ok") return {};
  return Error{ErrorCode::store_corrupt,
               "The copy is damaged (" + std::string(statement->bytes(0)) +
                   "), and so is the store: restore it from an earlier backup."};
}

// All of it is of one moment, however long it takes: writers go on meanwhile. Their log grows, so
// the reading ends with the copying.
Result<void> copy_moment(const fs::path& store, const fs::path& target,
                         const BackupProgress& progress, Deadline deadline) {
  auto from = Connection::open(
      {.path = store, .mode = Connection::Mode::read_only, .cache_bytes = kCacheBytes});
  if (!from) return std::move(from).error();
  if (auto ours = check_is_store(**from, store); !ours) return ours;
  return copy_content(**from, target, progress, deadline);
}

}  // namespace

Result<void> copy_store(const fs::path& store, const fs::path& target,
                        const BackupProgress& progress, Deadline deadline) {
  std::error_code fault;
  if (!fs::is_regular_file(store, fault)) {
    return refuse("There is no store " + store.string() + '.');
  }
  if (auto copied = copy_moment(store, target, progress, deadline); !copied) return copied;
  // It has no log next to it, so that it is one file, which can be moved about.
  auto to = Connection::open({.path = target});
  if (!to) return std::move(to).error();
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
