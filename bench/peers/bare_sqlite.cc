// A bare SQLite loop with the server's durability (WAL, synchronous=FULL) and indexes: a record's
// row by its key, its original in a table of its own, an index entry for each of three fields.
//
//   bare_sqlite FILE RECORD_FILE write ROWS_A_TRANSACTION SECONDS   prints rows a second
//   bare_sqlite FILE RECORD_FILE read SECONDS                       prints point reads a second
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

using Seconds = std::chrono::duration<double>;

sqlite3* db = nullptr;

void check(int status) {
  if (status == SQLITE_OK || status == SQLITE_DONE || status == SQLITE_ROW) return;
  std::cerr << sqlite3_errmsg(db) << '\n';
  std::exit(1);
}

sqlite3_stmt* prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(db, sql, -1, &statement, nullptr));
  return statement;
}

void run(sqlite3_stmt* statement) {
  check(sqlite3_step(statement));
  check(sqlite3_reset(statement));
}

std::mt19937_64 random_source{20'190'501};

std::string random_id() {
  constexpr std::string_view kAlphabet =
      "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  std::string id;
  for (int i = 0; i < 22; ++i) id += kAlphabet[random_source() % kAlphabet.size()];
  return id;
}

class Writer {
 public:
  explicit Writer(std::string original) : original_(std::move(original)) {}

  void transaction(int rows, std::vector<std::string>& ids) {
    run(begin_);
    for (int i = 0; i < rows; ++i) ids.push_back(write_one());
    run(commit_);
  }

 private:
  std::string write_one() {
    std::string id = random_id();
    const double mean = std::uniform_real_distribution<>(0, 10)(random_source);
    const double stdev = std::uniform_real_distribution<>(0.5, 1.5)(random_source);
    const auto time = static_cast<std::int64_t>(random_source() % 1'000'000'000) * 1'000'000;
    const std::string data =
        "{\"timeUTC\":\"2019-05-01T10:00:00Z\",\"mean\":" + std::to_string(mean) +
        ",\"stdev\":" + std::to_string(stdev) + "}";
    check(sqlite3_bind_text(original_insert_, 1, original_.data(),
                            static_cast<int>(original_.size()), SQLITE_STATIC));
    run(original_insert_);
    const auto row = sqlite3_last_insert_rowid(db);
    check(sqlite3_bind_text(record_insert_, 1, id.data(), static_cast<int>(id.size()),
                            SQLITE_STATIC));
    check(sqlite3_bind_text(record_insert_, 2, data.data(), static_cast<int>(data.size()),
                            SQLITE_STATIC));
    check(sqlite3_bind_int64(record_insert_, 3, row));
    run(record_insert_);
    check(sqlite3_bind_int64(time_insert_, 1, time));
    insert_entry(time_insert_, id);
    check(sqlite3_bind_double(mean_insert_, 1, mean));
    insert_entry(mean_insert_, id);
    check(sqlite3_bind_double(stdev_insert_, 1, stdev));
    insert_entry(stdev_insert_, id);
    return id;
  }

  void insert_entry(sqlite3_stmt* insert, const std::string& id) {
    check(sqlite3_bind_text(insert, 2, id.data(), static_cast<int>(id.size()), SQLITE_STATIC));
    run(insert);
  }

  std::string original_;
  sqlite3_stmt* begin_ = prepare("BEGIN IMMEDIATE");
  sqlite3_stmt* commit_ = prepare("COMMIT");
  sqlite3_stmt* original_insert_ = prepare("INSERT INTO originals (original) VALUES (?1)");
  sqlite3_stmt* record_insert_ = prepare("INSERT INTO records (id, data, row) VALUES (?1, ?2, ?3)");
  sqlite3_stmt* time_insert_ = prepare("INSERT INTO by_time VALUES (?1, ?2)");
  sqlite3_stmt* mean_insert_ = prepare("INSERT INTO by_mean VALUES (?1, ?2)");
  sqlite3_stmt* stdev_insert_ = prepare("INSERT INTO by_stdev VALUES (?1, ?2)");
};

void open(const char* path) {
  check(sqlite3_open(path, &db));
  check(
      sqlite3_exec(db,
                   "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                   "PRAGMA wal_autocheckpoint = 16384; PRAGMA cache_size = -65536;"
                   "CREATE TABLE IF NOT EXISTS originals (row INTEGER PRIMARY KEY, original BLOB);"
                   "CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, data TEXT,"
                   "  row INTEGER) WITHOUT ROWID;"
                   "CREATE TABLE IF NOT EXISTS by_time (value, id, PRIMARY KEY (value, id))"
                   "  WITHOUT ROWID;"
                   "CREATE TABLE IF NOT EXISTS by_mean (value, id, PRIMARY KEY (value, id))"
                   "  WITHOUT ROWID;"
                   "CREATE TABLE IF NOT EXISTS by_stdev (value, id, PRIMARY KEY (value, id))"
                   "  WITHOUT ROWID;",
                   nullptr, nullptr, nullptr));
}

double write_rate(Writer& writer, int rows, Seconds wanted) {
  std::vector<std::string> ids;
  std::size_t written = 0;
  const auto start = std::chrono::steady_clock::now();
  Seconds taken{};
  while ((taken = std::chrono::steady_clock::now() - start) < wanted) {
    writer.transaction(rows, ids);
    written += ids.size();
    ids.clear();
  }
  return static_cast<double>(written) / taken.count();
}

double read_rate(const std::vector<std::string>& ids, Seconds wanted) {
  sqlite3_stmt* select = prepare("SELECT data FROM records WHERE id = ?1");
  std::size_t reads = 0;
  std::size_t bytes = 0;
  const auto start = std::chrono::steady_clock::now();
  Seconds taken{};
  while ((taken = std::chrono::steady_clock::now() - start) < wanted) {
    for (int i = 0; i < 1'000; ++i, ++reads) {
      const std::string& id = ids[random_source() % ids.size()];
      check(sqlite3_bind_text(select, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC));
      if (sqlite3_step(select) != SQLITE_ROW) std::exit(1);
      bytes += static_cast<std::size_t>(sqlite3_column_bytes(select, 0));
      check(sqlite3_reset(select));
    }
  }
  return bytes == 0 ? 0 : static_cast<double>(reads) / taken.count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 3 ? argv[3] : "";
  if (!(mode == "write" && argc == 6) && !(mode == "read" && argc == 5)) {
    std::cerr << "usage: bare_sqlite FILE RECORD_FILE write ROWS SECONDS | read SECONDS\n";
    return 2;
  }
  std::ifstream file(argv[2]);
  open(argv[1]);
  Writer writer({std::istreambuf_iterator<char>(file), {}});
  if (mode == "write") {
    std::cout << write_rate(writer, std::stoi(argv[4]), Seconds(std::stod(argv[5]))) << '\n';
    return 0;
  }
  std::vector<std::string> ids;
  writer.transaction(50'000, ids);
  std::cout << read_rate(ids, Seconds(std::stod(argv[4]))) << '\n';
}
