#include "db/schema.h"

#include <string>
#include <utility>

#include <dropzone/expects.h>

#include "db/durable_log.h"
#include "db/migrations.h"
#include "db/start_check.h"

namespace dropzone::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x445a4f4e;  // "DZON"

constexpr int kEntriesDroppedAtOnce = 2'000;

std::string records_table(std::int64_t kind) { return "records_" + std::to_string(kind); }
std::string entries_table(std::int64_t index) { return "entries_" + std::to_string(index); }

Result<void> check_ownership(Connection& connection, std::int64_t version) {
  const auto application = connection.integer("PRAGMA application_id", 0);
  if (!application) return application.error();
  const auto tables = connection.integer("SELECT count(*) FROM sqlite_schema", 0);
  if (!tables) return tables.error();
  if (*application != kApplicationId && (*tables > 0 || version > 0)) {
    return Error{ErrorCode::invalid_configuration,
                 "The file is a database of another application. Name another file."};
  }
  if (version > static_cast<std::int64_t>(kMigrations.size())) {
    return Error{ErrorCode::store_newer,
                 "The store was written by a newer version of this software (layout " +
                     std::to_string(version) + "; this version knows up to " +
                     std::to_string(kMigrations.size()) + "). Start that version or a newer one."};
  }
  return {};
}

// An older file stays as it is, and one that gives pages back already would be written to.
Result<void> set_up_if_new(Connection& connection) {
  const auto mode = connection.integer("PRAGMA auto_vacuum", 0);
  if (!mode) return mode.error();
  if (*mode != 0) return {};
  if (auto set = set_page_size(connection); !set) return set;
  return connection.execute("PRAGMA auto_vacuum = INCREMENTAL");
}

// Readers and the writer do not wait for each other in WAL mode. SQLite names the new mode before
// it commits it, so what counts is the mode after that.
Result<void> use_log(Connection& connection) {
  if (auto set = set_up_if_new(connection); !set) return set;
  if (auto changed = connection.run("PRAGMA journal_mode = WAL"); !changed) return changed;
  auto mode = connection.prepare("PRAGMA journal_mode");
  if (!mode) return std::move(mode).error();
  if (mode->step() == Step::failed) return mode->error();
  if (mode->bytes(0) == "wal") return {};
  return Error{
      ErrorCode::invalid_configuration,
      "The store's file system does not do what SQLite's log needs. Name a file on a local "
      "disk."};
}

Result<void> migrate(Connection& connection, std::int64_t version) {
  if (version == static_cast<std::int64_t>(kMigrations.size())) return {};
  auto transaction = Transaction::begin_write(connection);
  if (!transaction) return std::move(transaction).error();
  for (auto step = static_cast<std::size_t>(version); step < kMigrations.size(); ++step) {
    if (auto migrated = kMigrations[step](connection); !migrated) return migrated;
  }
  auto marked = connection.execute("PRAGMA application_id = " + std::to_string(kApplicationId) +
                                   "; PRAGMA user_version = " + std::to_string(kMigrations.size()));
  if (!marked) return marked;
  return transaction->commit();
}

Result<std::vector<FieldIndex>> load_indexes(Connection& connection, std::int64_t kind) {
  auto statement =
      connection.prepare("SELECT number, field, built_to FROM indexes WHERE kind = ?1");
  if (!statement) return std::move(statement).error();
  statement->bind(kind);
  std::vector<FieldIndex> indexes;
  Step step = statement->step();
  for (; step == Step::row; step = statement->step()) {
    auto field = FieldPath::parse(statement->bytes(1));
    if (!field) return Error{ErrorCode::store_corrupt, "The store names an index of no field."};
    indexes.push_back({.number = statement->integer(0),
                       .field = *std::move(field),
                       .table = entries_table(statement->integer(0)),
                       .complete = statement->is_null(2)});
  }
  if (step == Step::failed) return statement->error();
  return indexes;
}

}  // namespace

Result<void> check_owner(Connection& connection) {
  const auto version = connection.integer("PRAGMA user_version", 0);
  if (!version) return version.error();
  return check_ownership(connection, *version);
}

Result<void> prepare_schema(Connection& connection) {
  const auto version = connection.integer("PRAGMA user_version", 0);
  if (!version) return version.error();
  if (auto owned = check_ownership(connection, *version); !owned) return owned;
  if (auto sound = check_file(connection.path()); !sound) return sound;
  if (auto logs = use_log(connection); !logs) return logs;
  if (auto durable = make_log_durable(connection); !durable) return durable;
  return migrate(connection, *version);
}

// Three originals of 2 KiB fit in 8 KiB, and only one in the 4 KiB that SQLite would take. SQLite
// keeps the number of pages in its cache, so the size of the cache has to be set again.
Result<void> set_page_size(Connection& connection) {
  DROPZONE_TRY(const auto cache, connection.integer("PRAGMA cache_size", 0));
  return connection.execute("PRAGMA page_size = 8192; PRAGMA cache_size = " +
                            std::to_string(cache));
}

Result<std::int64_t> pages_of(Connection& connection, std::size_t bytes) {
  const auto page_bytes = connection.integer("PRAGMA page_size", 0);
  if (!page_bytes) return page_bytes.error();
  return static_cast<std::int64_t>(bytes / static_cast<std::size_t>(*page_bytes));
}

Result<void> load_texts(Connection& connection, Catalog& catalog) {
  auto texts = connection.prepare("SELECT number, text FROM texts");
  if (!texts) return std::move(texts).error();
  Step step = texts->step();
  for (; step == Step::row; step = texts->step()) {
    catalog.add_text(texts->integer(0), texts->bytes(1));
  }
  if (step == Step::failed) return texts->error();
  return {};
}

Result<void> load_kinds(Connection& connection, Catalog& catalog) {
  auto kinds = connection.prepare("SELECT kind, name FROM kinds");
  if (!kinds) return std::move(kinds).error();
  Step step = kinds->step();
  for (; step == Step::row; step = kinds->step()) {
    const std::int64_t number = kinds->integer(0);
    auto indexes = load_indexes(connection, number);
    if (!indexes) return std::move(indexes).error();
    catalog.add_kind(
        {number, std::string(kinds->bytes(1)), records_table(number), *std::move(indexes)});
  }
  if (step == Step::failed) return kinds->error();
  return {};
}

Result<KindTables> make_kind(Connection& connection, std::string_view name) {
  DROPZONE_EXPECTS(connection.in_transaction());
  auto made = connection.run("INSERT OR IGNORE INTO kinds (name, records) VALUES (?1, 0)", name);
  if (!made) return std::move(made).error();
  const auto number = connection.integer("SELECT kind FROM kinds WHERE name = ?1", 0, name);
  if (!number) return number.error();
  KindTables kind{*number, std::string(name), records_table(*number), {}};
  auto created = connection.execute("CREATE TABLE IF NOT EXISTS " + kind.table +
                                    " (id TEXT PRIMARY KEY, data TEXT, timestamps, row INTEGER,"
                                    "  version TEXT, pipeline, created INTEGER, updated INTEGER)"
                                    " WITHOUT ROWID");
  if (!created) return std::move(created).error();
  auto indexes = load_indexes(connection, *number);
  if (!indexes) return std::move(indexes).error();
  kind.indexes = *std::move(indexes);
  return kind;
}

Result<std::optional<std::int64_t>> make_text(Connection& connection, std::string_view text) {
  DROPZONE_EXPECTS(connection.in_transaction());
  auto made = connection.run(
      "INSERT OR IGNORE INTO texts (text) SELECT ?1 WHERE (SELECT count(*) FROM texts) < ?2",
      Blob{text}, static_cast<std::int64_t>(kMaxSharedTexts));
  if (!made) return std::move(made).error();
  const auto number = connection.integer("SELECT number FROM texts WHERE text = ?1", 0, Blob{text});
  if (!number) return number.error();
  return *number == 0 ? std::nullopt : std::optional(*number);
}

Result<FieldIndex> make_index(Connection& connection, const KindTables& kind,
                              const FieldPath& field) {
  DROPZONE_EXPECTS(connection.in_transaction());
  auto made = connection.run("INSERT INTO indexes (kind, field, arrays) VALUES (?1, ?2, 0)",
                             kind.number, std::string_view(field.name()));
  if (!made) return std::move(made).error();
  const auto number = connection.integer("SELECT last_insert_rowid()", 0);
  if (!number) return number.error();
  FieldIndex index{*number, field, entries_table(*number), true};
  auto created = connection.execute("CREATE TABLE " + index.table +
                                    " (class INTEGER, value, id TEXT, element INTEGER,"
                                    "  PRIMARY KEY (class, value, id)) WITHOUT ROWID");
  if (!created) return std::move(created).error();
  return index;
}

Result<void> begin_index(Connection& connection, const FieldIndex& index) {
  DROPZONE_EXPECTS(connection.in_transaction());
  return connection.run("UPDATE indexes SET built_to = '', built = 0 WHERE number = ?1",
                        index.number);
}

Result<void> drop_index(Connection& connection, std::int64_t index) {
  DROPZONE_EXPECTS(connection.in_transaction());
  auto forgotten = connection.run("DELETE FROM indexes WHERE number = ?1", index);
  if (!forgotten) return forgotten;
  return connection.execute("DROP TABLE IF EXISTS " + entries_table(index));
}

Result<void> retire_index(Connection& connection, std::int64_t index) {
  DROPZONE_EXPECTS(connection.in_transaction());
  return connection.run(
      "UPDATE indexes SET kind = 0, field = CAST(number AS TEXT) WHERE number = ?1", index);
}

// A large table that is dropped at once would hold up the writers.
Result<bool> drop_piece(Connection& connection) {
  DROPZONE_EXPECTS(connection.in_transaction());
  const auto index = connection.integer("SELECT min(number) FROM indexes WHERE kind = 0", 0);
  if (!index) return index.error();
  if (*index == 0) return false;
  const std::string table = entries_table(*index);
  const std::string last_of_piece = "SELECT class, value, id FROM " + table +
                                    " ORDER BY class, value, id LIMIT 1 OFFSET " +
                                    std::to_string(kEntriesDroppedAtOnce - 1);
  auto erased = connection.run("DELETE FROM " + table + " WHERE (class, value, id) <= (" +
                               last_of_piece + ")");
  if (!erased) return std::move(erased).error();
  if (connection.changes() > 0) return true;
  if (auto dropped = drop_index(connection, *index); !dropped) return std::move(dropped).error();
  return true;
}

}  // namespace dropzone::sqlite
