#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include <dropzone/sqlite/backup.h>

#include "connection.h"
#include "schema.h"
#include "sqlite_error.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr int kPagesAStep = 4'096;

Error refuse(std::string detail) { return {ErrorCode::invalid_configuration, std::move(detail)}; }

Result<void> flush(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool flushed = file >= 0 && ::fsync(file) == 0;
  const int system_error = errno;
  if (file >= 0) ::close(file);
  if (flushed) return {};
  return Error{ErrorCode::unavailable,
               "The copy cannot be made durable: " + std::generic_category().message(system_error)};
}

/// A file that is being written beside its final name, and vanishes unless it gets it.
class PartialFile {
 public:
  explicit PartialFile(fs::path target) : target_(std::move(target)), path_(target_) {
    path_ += ".part";
  }
  ~PartialFile() {
    std::error_code ignored;
    if (made_) fs::remove(path_, ignored);
    if (made_) fs::remove(path_.string() + "-journal", ignored);
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

  /// For its owner's eyes alone, as the store itself.
  Result<void> make() {
    const int file =
        ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
      return refuse("The file " + path_.string() +
                    " cannot be made: " + std::generic_category().message(errno) + '.');
    }
    ::close(file);
    made_ = true;
    return {};
  }

  /// Fails where the target has come to be meanwhile.
  Result<void> finish() {
    if (auto flushed = flush(path_, O_RDONLY); !flushed) return flushed;
    if (::link(path_.c_str(), target_.c_str()) != 0) {
      return refuse("The file " + target_.string() +
                    " cannot be made: " + std::generic_category().message(errno) + '.');
    }
    return flush(fs::absolute(target_).parent_path(), O_RDONLY | O_DIRECTORY);
  }

 private:
  const fs::path target_;
  fs::path path_;
  bool made_ = false;
};

struct FinishCopy {
  void operator()(sqlite3_backup* copy) const noexcept { sqlite3_backup_finish(copy); }
};
using Copy = std::unique_ptr<sqlite3_backup, FinishCopy>;

Result<void> copy_pages(Connection& from, Connection& to, const BackupProgress& progress) {
  Copy copy(sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!copy) return last_error(to.handle());
  for (int result = SQLITE_OK; result != SQLITE_DONE;) {
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

Result<void> copy_store(const fs::path& store, const fs::path& target,
                        const BackupProgress& progress) {
  auto from = Connection::open({.path = store, .mode = Connection::Mode::read_only});
  if (!from) return std::move(from).error();
  if (auto ours = check_owner(**from); !ours) return ours;
  // All pages are of one moment, however long it takes: writers go on beside this transaction.
  const auto moment = Transaction::begin_read(**from);
  if (!moment) return moment.error();
  if (auto begun = (*from)->integer("SELECT count(*) FROM sqlite_schema", 0); !begun) {
    return std::move(begun).error();
  }
  auto to = Connection::open({.path = target});
  if (!to) return std::move(to).error();
  if (auto copied = copy_pages(**from, **to, progress); !copied) return copied;
  // A copy that has no log beside it is one file, which can be moved about.
  if (auto whole = (*to)->execute("PRAGMA journal_mode = DELETE"); !whole) return whole;
  return check(**to);
}

}  // namespace

Result<void> back_up(const fs::path& store, const fs::path& target,
                     const BackupProgress& progress) {
  std::error_code fault;
  if (!fs::is_regular_file(store, fault))
    return refuse("There is no store " + store.string() + '.');
  if (fs::exists(fs::symlink_status(target, fault))) {
    return refuse("There is a file " + target.string() + " already. Name another, or remove it.");
  }
  PartialFile part(target);
  if (auto made = part.make(); !made) return made;
  if (auto copied = copy_store(store, part.path(), progress); !copied) return copied;
  return part.finish();
}

}  // namespace dropzone::sqlite
