#include "db/start_check.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <dropzone/random_bits.h>

#include "db/connection.h"
#include "files/raw_log.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kWholeCheckPages = 4'096;
constexpr int kMostTables = 24;
constexpr int kPlacesInTable = 16;

Error damaged_file(const std::string& what) {
  return {ErrorCode::store_corrupt,
          "The store's file is damaged (" + what + "). Restore it from a backup."};
}

std::int64_t bytes_of(const fs::path& path) {
  std::error_code fault;
  const auto size = fs::file_size(path, fault);
  return fault ? 0 : static_cast<std::int64_t>(size);
}

// Each page is in the file or in the log.
Result<void> check_length(Connection& connection, const fs::path& file, std::int64_t pages) {
  const auto page_bytes = connection.integer("PRAGMA page_size", 4'096);
  if (!page_bytes) return page_bytes.error();
  const std::int64_t in_file = bytes_of(file) / *page_bytes;
  const std::int64_t log_bytes = bytes_of(file.string() + "-wal") - kLogHeadBytes;
  const std::int64_t in_log =
      std::max<std::int64_t>(log_bytes, 0) / (*page_bytes + kFrameHeadBytes);
  if (in_file + in_log >= pages) return {};
  return damaged_file("its end is missing: it has " + std::to_string(in_file) + " pages of " +
                      std::to_string(pages));
}

Result<void> check_whole(Connection& connection) {
  auto check = connection.prepare("PRAGMA quick_check(1)");
  if (!check) return std::move(check).error();
  if (check->step() == Step::failed) return check->error();
  if (check->bytes(0) == "ok") return {};
  return damaged_file(std::string(check->bytes(0)));
}

std::string order_of(const std::string& table, const std::string& direction) {
  if (table.starts_with("records_")) return "id" + direction;
  if (table.starts_with("entries_")) {
    return "class" + direction + ", value" + direction + ", id" + direction;
  }
  return "rowid" + direction;
}

/// Reads rows at some places of tables, each with all its pages.
class Sample {
 public:
  explicit Sample(Connection& connection) : connection_(connection) {}

  Result<void> read() {
    auto tables = column(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
        "'sqlite_%' ORDER BY random() LIMIT " +
        std::to_string(kMostTables));
    if (!tables) return std::move(tables).error();
    for (const std::string& table : *tables) {
      for (const char* direction : {" ASC", " DESC"}) {
        auto row = column("SELECT * FROM " + table + " ORDER BY " + order_of(table, direction) +
                          " LIMIT 1");
        if (!row) return std::move(row).error();
      }
      if (!table.starts_with("records_")) continue;
      if (auto read = read_records(table); !read) return read;
    }
    return read_originals();
  }

 private:
  Result<std::vector<std::string>> column(const std::string& sql) {
    auto statement = connection_.prepare(sql);
    if (!statement) return std::move(statement).error();
    std::vector<std::string> values;
    Step step = statement->step();
    for (; step == Step::row; step = statement->step()) values.emplace_back(statement->bytes(0));
    if (step == Step::failed) return statement->error();
    return values;
  }

  Result<void> read_originals() {
    const auto first = connection_.integer("SELECT min(row) FROM originals", 0);
    if (!first) return first.error();
    const auto last = connection_.integer("SELECT max(row) FROM originals", 0);
    if (!last) return last.error();
    if (*last < *first) return damaged_file("its records are not in order");
    auto statement =
        connection_.prepare("SELECT * FROM originals WHERE row >= ?1 ORDER BY row LIMIT 1");
    if (!statement) return std::move(statement).error();
    for (int place = 0; place < kPlacesInTable; ++place) {
      statement->reset();
      statement->bind(std::uniform_int_distribution(*first, *last)(random_));
      if (statement->step() == Step::failed) return statement->error();
    }
    return {};
  }

  Result<void> read_records(const std::string& table) {
    auto ids = column("SELECT min(id) FROM " + table + " UNION ALL SELECT max(id) FROM " + table);
    if (!ids) return std::move(ids).error();
    auto statement = connection_.prepare(
        "SELECT id, data, (SELECT row FROM originals WHERE originals.row = records.row) FROM " +
        table + " AS records WHERE id >= ?1 ORDER BY id LIMIT 1");
    if (!statement) return std::move(statement).error();
    for (int place = 0; place < kPlacesInTable; ++place) {
      const std::string from = between(ids->front(), ids->back());
      statement->reset();
      statement->bind(std::string_view(from));
      const Step step = statement->step();
      if (step == Step::failed) return statement->error();
      if (step == Step::row && statement->is_null(2))
        return damaged_file("a record has no original");
    }
    return {};
  }

  /// A text that orders between the two, or just behind the last.
  std::string between(const std::string& first, const std::string& last) {
    const auto byte = [](const std::string& text, std::size_t at) {
      return at < text.size() ? static_cast<int>(static_cast<unsigned char>(text[at])) : 0;
    };
    std::size_t same = 0;
    while (same < first.size() && same < last.size() && first[same] == last[same]) ++same;
    const int low = byte(first, same);
    std::string text = last.substr(0, same);
    text += static_cast<char>(
        std::uniform_int_distribution(low, std::max(low, byte(last, same)))(random_));
    for (int i = 0; i < 4; ++i) {
      text += static_cast<char>(std::uniform_int_distribution<int>('!', '~')(random_));
    }
    return text;
  }

  Connection& connection_;
  std::minstd_rand random_{static_cast<std::uint32_t>(random_bits())};
};

}  // namespace

Result<void> check_file(const fs::path& file) {
  auto connection = Connection::open({.path = file, .mode = Connection::Mode::read_only});
  if (!connection) return std::move(connection).error();
  const auto snapshot = Transaction::begin_read(**connection);
  if (!snapshot) return snapshot.error();
  const auto pages = (*connection)->integer("PRAGMA page_count", 0);
  if (!pages) return pages.error();
  if (auto whole = check_length(**connection, file, *pages); !whole) return whole;
  return *pages <= kWholeCheckPages ? check_whole(**connection) : Sample(**connection).read();
}

}  // namespace dropzone::sqlite
