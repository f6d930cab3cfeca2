#include "db/migrations.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "db/scalar_columns.h"

namespace dropzone::sqlite {
namespace {

struct Entry {
  double number;
  std::string id;
};

// Entries of numbers from 2^63 on that are not texts yet, some at a time.
Result<std::vector<Entry>> old_entries(Connection& connection, const std::string& table) {
  auto statement = connection.prepare("SELECT value, id FROM " + table +
                                      " WHERE class = ?1 AND value >= 9223372036854775808.0"
                                      " AND value < '' LIMIT 1000");
  if (!statement) return std::move(statement).error();
  statement->bind(static_cast<std::int64_t>(ValueClass::number));
  std::vector<Entry> entries;
  Step step = statement->step();
  for (; step == Step::row; step = statement->step()) {
    entries.push_back({statement->number(0), std::string(statement->bytes(1))});
  }
  if (step == Step::failed) return statement->error();
  return entries;
}

Result<void> encode_entries(Connection& connection, const std::string& table) {
  while (true) {
    const auto entries = old_entries(connection, table);
    if (!entries) return entries.error();
    if (entries->empty()) return {};
    auto update = connection.prepare("UPDATE " + table +
                                     " SET value = ?2 WHERE class = ?1 AND value = ?3 AND id = ?4");
    if (!update) return std::move(update).error();
    for (const Entry& entry : *entries) {
      update->reset();
      bind_scalar(*update, 1, Value(entry.number));
      update->bind_one(3, entry.number);
      update->bind_one(4, std::string_view(entry.id));
      if (update->step() == Step::failed) return update->error();
    }
  }
}

}  // namespace

// Originals are apart from the records so that scans do not read them; their order is that of
// arrival. A record's data is in its row if it is small, else next to the original; if it is
// neither here nor there, it is the original byte for byte.
Result<void> make_tables(Connection& connection) {
  return connection.execute(
      "CREATE TABLE kinds (kind INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
      "  records INTEGER NOT NULL);"
      "CREATE TABLE texts (number INTEGER PRIMARY KEY, text BLOB NOT NULL UNIQUE);"
      "CREATE TABLE indexes (number INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
      "  field TEXT NOT NULL, arrays INTEGER NOT NULL, UNIQUE (kind, field));"
      "CREATE TABLE originals (row INTEGER PRIMARY KEY, original BLOB NOT NULL, data TEXT,"
      "  sha256 BLOB);");
}

// Numbers from 2^63 on became texts in the indexes. And what begins with a slash became a JSON
// Pointer: until then it was a name with dots, like every other.
Result<void> encode_large_numbers(Connection& connection) {
  auto renamed = connection.execute(
      "UPDATE indexes SET field ="
      " '/' || replace(replace(replace(field, '~', '~0'), '/', '~1'), '.', '/')"
      " WHERE field LIKE '/%'");
  if (!renamed) return renamed;
  std::vector<std::int64_t> indexes;
  auto statement = connection.prepare("SELECT number FROM indexes");
  if (!statement) return std::move(statement).error();
  Step step = statement->step();
  for (; step == Step::row; step = statement->step()) indexes.push_back(statement->integer(0));
  if (step == Step::failed) return statement->error();
  for (const std::int64_t number : indexes) {
    auto encoded = encode_entries(connection, "entries_" + std::to_string(number));
    if (!encoded) return encoded;
  }
  return {};
}

// An index that is being built has the records whose ids are at most `built_to`, `built` of them,
// and those that were written since; NULL stands for a complete one. One that is being dropped has
// kind 0 and its own number as its field.
Result<void> let_indexes_be_incomplete(Connection& connection) {
  return connection.execute(
      "ALTER TABLE indexes ADD COLUMN built_to TEXT;"
      "ALTER TABLE indexes ADD COLUMN built INTEGER");
}

// NULL if no step of the record's pipeline reads it.
Result<void> keep_how_received(Connection& connection) {
  return connection.execute(
      "ALTER TABLE originals ADD COLUMN received_at INTEGER;"
      "ALTER TABLE originals ADD COLUMN received_by TEXT");
}

}  // namespace dropzone::sqlite
