#include "db/file_mark.h"

#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMarkDigits = 32;
const std::string kNoMark(kMarkDigits, '0');

/// What the file of the lock says: the file's mark is one of the two.
using Marks = std::array<std::string, 2>;

std::string new_mark() {
  std::random_device random;
  std::string mark;
  while (mark.size() < kMarkDigits) mark += "0123456789abcdef"[random() % 16];
  return mark;
}

// Empty where nothing was written yet.
std::optional<Marks> read_marks(int file) {
  std::string text(2 * (kMarkDigits + 1), '\0');
  if (::pread(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) return {};
  return Marks{text.substr(0, kMarkDigits), text.substr(kMarkDigits + 1, kMarkDigits)};
}

bool write_marks(int file, const Marks& marks) {
  const std::string text = marks[0] + '\n' + marks[1] + '\n';
  return ::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

std::string uri_of(const fs::path& path) {
  std::string uri = "file:";
  for (const char c : path.string()) {
    const bool special = c == '%' || c == '?' || c == '#';
    uri += special ? '%' + std::string(c == '%'   ? "25"
                                       : c == '?' ? "3f"
                                                  : "23")
                   : std::string(1, c);
  }
  return uri + "?immutable=1";
}

// As the file is without its log. Nothing where it cannot be read: it may be half moved, and the
// log has it whole.
std::optional<std::string> mark_of_file_alone(const fs::path& path) {
  sqlite3* database = nullptr;
  sqlite3_stmt* statement = nullptr;
  std::optional<std::string> mark;
  int result =
      sqlite3_open_v2(uri_of(path).c_str(), &database,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  if (result == SQLITE_OK) {
    result = sqlite3_prepare_v2(database, "SELECT mark FROM file_mark", -1, &statement, nullptr);
    if (result == SQLITE_ERROR) mark = kNoMark;  // There is no such table.
  }
  if (result == SQLITE_OK) {
    result = sqlite3_step(statement);
    if (result == SQLITE_DONE) mark = kNoMark;
    if (result == SQLITE_ROW) {
      const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
      mark = text ? text : kNoMark;
    }
  }
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return mark;
}

Result<void> write_mark(Connection& connection, std::string_view mark) {
  auto transaction = Transaction::begin_write(connection);
  if (!transaction) return std::move(transaction).error();
  auto made = connection.execute("CREATE TABLE IF NOT EXISTS file_mark (mark TEXT NOT NULL)");
  if (!made) return made;
  if (auto emptied = connection.run("DELETE FROM file_mark"); !emptied) return emptied;
  auto written = connection.run("INSERT INTO file_mark (mark) VALUES (?1)", mark);
  if (!written) return written;
  return transaction->commit();
}

}  // namespace

Result<FileMark> FileMark::check(const StoreFile& store) {
  FileMark checked;
  const auto mark = mark_of_file_alone(store.path());
  std::error_code fault;
  if (fs::file_size(store.log_path(), fault) == 0 || fault) {
    checked.mark_ = mark;
    return checked;
  }
  const auto marks = read_marks(store.lock_file());
  if (!marks || !mark || *mark == marks->at(0) || *mark == marks->at(1)) return checked;
  return Error{ErrorCode::store_corrupt,
               "The log beside the store's file is that of another file, which had this name "
               "before: together they would be ruined. Put that file back. To use a backup, run "
               "\"dropzone-server restore\", which keeps the log. Where the log is of no use, move "
               "it away."};
}

void FileMark::renew(Connection& writer, const StoreFile& store) {
  if (!mark_) return;
  const std::string after = new_mark();
  const int file = store.lock_file();
  // On the disk before the file has the new one, so that one of them is the file's at any moment.
  if (!write_marks(file, {*mark_, after}) || ::fsync(file) != 0) return;
  if (!write_mark(writer, after)) return;
  const auto moved = writer.checkpoint();
  if (moved && moved->moved == moved->written) (void)write_marks(file, {after, after});
}

Result<void> FileMark::mark_copy(Connection& copy) { return write_mark(copy, new_mark()); }

}  // namespace dropzone::sqlite
