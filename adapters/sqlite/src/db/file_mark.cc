#include "db/file_mark.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/expects.h>
#include <dropzone/random_bits.h>
#include <dropzone/text/hex.h>

#include "files/raw_log.h"

namespace dropzone::sqlite {
namespace {

// A row of the mark's table, by which it is found in a page: this, the mark, and the one before.
constexpr std::string_view kTitle = "dropzone-mark ";
constexpr std::size_t kDigits = 32;
constexpr std::size_t kRowBytes = kTitle.size() + kDigits + 1 + kDigits;
const std::string kNoMark(kDigits, '0');

struct Marks {
  std::string now;
  std::string before;
};

std::string new_mark() {
  std::string mark;
  while (mark.size() < kDigits) {
    const std::uint64_t bits = random_bits();
    for (int shift = 0; shift < 64 && mark.size() < kDigits; shift += 4) {
      mark += kHexDigits[(bits >> shift) % 16];
    }
  }
  return mark;
}

// The place of the mark at the end of a page that has such a row, whatever is there.
std::string bytes_of_mark(std::string_view row) {
  return row.size() == kRowBytes ? std::string(row.substr(kTitle.size(), kDigits)) : "";
}

std::optional<Marks> marks_of(std::string_view row) {
  if (row.size() != kRowBytes || !row.starts_with(kTitle)) return std::nullopt;
  return Marks{bytes_of_mark(row), std::string(row.substr(kRowBytes - kDigits))};
}

// The mark's page has one row, which SQLite puts at the page's end.
std::string bytes_of_mark_in_file(const StoreFile& store, std::uint32_t page,
                                  std::int64_t page_bytes) {
  std::ifstream file(store.path(), std::ios::binary);
  const auto row = static_cast<std::int64_t>(kRowBytes);
  return bytes_of_mark(bytes_at(file, page * page_bytes - row, kRowBytes));
}

// A page that was being written when the power went may be partly old and partly new.
bool is_made_of(std::string_view bytes, const std::vector<std::string>& versions) {
  if (bytes.size() != kDigits) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto has_it = [&](const std::string& version) { return version[i] == bytes[i]; };
    if (std::none_of(versions.begin(), versions.end(), has_it)) return false;
  }
  return true;
}

// Empty if the file has no table for it, or no row.
Result<std::string> read_mark(Connection& connection) {
  const auto tables =
      connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'file_mark'", 0);
  if (!tables) return tables.error();
  if (*tables == 0) return std::string();
  auto statement = connection.prepare("SELECT mark FROM file_mark");
  if (!statement) return std::move(statement).error();
  const Step step = statement->step();
  if (step == Step::failed) return statement->error();
  const auto marks = step == Step::row ? marks_of(statement->bytes(0)) : std::nullopt;
  return marks ? marks->now : std::string();
}

// One page changes, unless the table is new.
Result<void> change_mark(Connection& connection) {
  auto transaction = Transaction::begin_write(connection);
  if (!transaction) return std::move(transaction).error();
  const auto before = read_mark(connection);
  if (!before) return before.error();
  auto made = connection.execute("CREATE TABLE IF NOT EXISTS file_mark (mark TEXT NOT NULL)");
  if (!made) return made;
  const std::string row =
      std::string(kTitle) + new_mark() + ' ' + (before->empty() ? kNoMark : *before);
  if (auto emptied = connection.run("DELETE FROM file_mark"); !emptied) return emptied;
  auto written = connection.run("INSERT INTO file_mark (mark) VALUES (?1)", std::string_view(row));
  if (!written) return written;
  return transaction->commit();
}

class LogMayBegin {
 public:
  explicit LogMayBegin(Connection& writer) : writer_(writer) { writer_.let_log_begin(true); }
  ~LogMayBegin() { writer_.let_log_begin(false); }
  LogMayBegin(const LogMayBegin&) = delete;
  LogMayBegin& operator=(const LogMayBegin&) = delete;

 private:
  Connection& writer_;
};

// SQLite begins the log with the first transaction after all of it was moved into the file.
Result<void> begin_log_with_mark(Connection& writer) {
  const LogPages log = writer.log_pages();
  if (log.moved < log.written) return {};
  const LogMayBegin in_this_transaction(writer);
  return change_mark(writer);
}

}  // namespace

Result<void> check_log_owner(const StoreFile& store) {
  auto log = RawLog::open(store.log_path());
  if (!log || log->first().file_pages == 0) return {};
  const RawLog::Frame begin = log->first();
  const auto marks = marks_of(log->end_of_page(begin, kRowBytes));
  if (!marks || marks->before == kNoMark) return {};

  const std::string in_file = bytes_of_mark_in_file(store, begin.page, log->page_bytes());
  std::vector<std::string> versions = {marks->before, marks->now};
  if (is_made_of(in_file, versions)) return {};
  // It may have changed again, or another program's VACUUM has given the page to something else, or
  // cut it off the file.
  for (const RawLog::Frame& frame : log->later_frames()) {
    if (frame.file_pages > 0 && frame.file_pages < begin.page) return {};
    if (frame.page != begin.page) continue;
    versions.push_back(bytes_of_mark(log->end_of_page(frame, kRowBytes)));
    if (versions.back().empty()) versions.pop_back();  // The log ends in it.
  }
  if (is_made_of(in_file, versions)) return {};
  return Error{
      ErrorCode::store_corrupt,
      "The log next to the store's file, " + store.log_path().filename().string() +
          ", was not written for that file: one of the two was replaced, and together they "
          "would be ruined. Put the file or the log back that was there before. To use a "
          "backup, run \"dropzone-server restore\", which keeps the log. If the log is of "
          "no use, move it away."};
}

void begin_logs_with_marks(Connection& writer) {
  DROPZONE_EXPECTS(!writer.in_transaction());
  const auto mark = read_mark(writer);
  // A log that makes the table does not begin with the mark's page alone, so another one follows.
  if (mark && mark->empty() && change_mark(writer)) (void)writer.checkpoint();
  writer.let_log_begin(false);
  writer.before_write([&writer] { return begin_log_with_mark(writer); });
  (void)begin_log_with_mark(writer);
}

Result<void> mark_copy(Connection& copy) { return change_mark(copy); }

}  // namespace dropzone::sqlite
