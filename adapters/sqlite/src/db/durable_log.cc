#include "db/durable_log.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include <dropzone/expects.h>

#include "db/sqlite_error.h"
#include "files/raw_log.h"
#include "files/wrapped_file.h"

namespace dropzone::sqlite {
namespace {

constexpr std::int64_t kLeastBytes = std::int64_t{64} << 20;
constexpr std::int64_t kAtOnceBytes = 64 * 1024;

/// The log's frames, each of which has a page.
struct Frames {
  sqlite3_file* log;
  std::int64_t count;
  std::int64_t bytes;  ///< Of one.

  [[nodiscard]] std::int64_t place_of(std::int64_t frame) const {
    return kLogHeadBytes + frame * bytes;
  }
  /// The last of a transaction has the file's size in its head.
  [[nodiscard]] bool commits(std::int64_t frame) const {
    std::array<char, kFrameHeadBytes> head{};
    const int read = log->pMethods->xRead(log, head.data(), kFrameHeadBytes, place_of(frame));
    const auto* const size = head.data() + 4;
    return read == SQLITE_OK && std::any_of(size, size + 4, [](char byte) { return byte != 0; });
  }
  [[nodiscard]] std::int64_t begin_of_last_transaction() const {
    std::int64_t begin = count - 1;
    while (begin > 0 && !commits(begin - 1)) --begin;
    return begin;
  }
};

int write_again(sqlite3_file* log, std::int64_t begin, std::int64_t end) {
  std::vector<char> piece(static_cast<std::size_t>(kAtOnceBytes));
  for (std::int64_t at = begin; at < end; at += kAtOnceBytes) {
    const int count = static_cast<int>(std::min(kAtOnceBytes, end - at));
    if (const int status = log->pMethods->xRead(log, piece.data(), count, at)) return status;
    if (const int status = log->pMethods->xWrite(log, piece.data(), count, at)) return status;
  }
  return log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
}

}  // namespace

// With the write lock: nobody else appends to the log or begins it again.
Result<void> make_log_durable(Connection& connection) {
  DROPZONE_EXPECTS(!connection.in_transaction());
  auto transaction = Transaction::begin_write(connection);
  if (!transaction) return std::move(transaction).error();
  const std::int64_t pages = connection.log_pages().written;
  if (pages == 0) return {};
  const auto page_bytes = connection.integer("PRAGMA page_size", 0);
  if (!page_bytes) return page_bytes.error();
  sqlite3_file* log = nullptr;
  sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (!log || !log->pMethods) return error_of(SQLITE_IOERR, 0);

  const Frames frames{log, pages, kFrameHeadBytes + *page_bytes};
  const std::int64_t end = frames.place_of(pages);
  const std::int64_t last = frames.place_of(frames.begin_of_last_transaction());
  const int status = write_again(log, std::clamp<std::int64_t>(end - kLeastBytes, 0, last), end);
  if (status != SQLITE_OK) return error_of(status, take_system_error());
  return {};
}

}  // namespace dropzone::sqlite
