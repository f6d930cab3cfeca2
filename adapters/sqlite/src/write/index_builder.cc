#include "write/index_builder.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "db/schema.h"
#include "query/candidates.h"
#include "query/index_entries.h"
#include "query/record_row.h"

namespace dropzone::sqlite {

std::set<FieldPath> declared_fields(const Kind& kind) {
  std::set<FieldPath> fields;
  for (const IndexDefinition& definition : kind.indexes()) {
    for (const SortKey& key : definition) {
      if (!key.field.is_id()) fields.insert(key.field);
    }
  }
  if (kind.retention()) fields.insert(*FieldPath::parse("_meta.createdAt"));
  return fields;
}

namespace {

constexpr std::int64_t kRecordsBetweenReports = 100'000;

// Entries are collected in a temporary table first: SQLite sorts them there in bounded memory, and
// an index that is filled in order is filled fast and densely.
class SortedBuild {
 public:
  SortedBuild(Connection& connection, const Catalog& texts, const KindTables& kind,
              const FieldPath& field, const IndexProgress& progress)
      : connection_(connection), texts_(texts), kind_(kind), field_(field), progress_(progress) {}

  Result<void> run() {
    auto transaction = Transaction::begin_write(connection_);
    if (!transaction) return std::move(transaction).error();
    auto index = make_index(connection_, kind_, field_);
    if (!index) return std::move(index).error();
    auto begun = connection_.execute(
        "CREATE TEMP TABLE fresh_entries (class INTEGER, value, id TEXT, element INTEGER)");
    if (!begun) return begun;
    if (auto collected = collect(); !collected) return collected;
    auto filled = connection_.execute(
        "INSERT INTO " + index->table +
        " SELECT class, value, id, element FROM temp.fresh_entries ORDER BY class, value, id;"
        "DROP TABLE temp.fresh_entries");
    if (!filled) return filled;
    if (arrays_) {
      auto marked =
          connection_.run("UPDATE indexes SET arrays = 1 WHERE number = ?1", index->number);
      if (!marked) return marked;
    }
    return transaction->commit();
  }

 private:
  Result<void> collect() {
    const auto total =
        connection_.integer("SELECT records FROM kinds WHERE kind = ?1", 0, kind_.number);
    if (!total) return total.error();
    const AccessPath whole{nullptr, KeyRanges::everything()};
    Candidates candidates(connection_, kind_, whole, {.columns = Columns::dated});
    RecordRow record(connection_, texts_, Columns::dated);
    for (std::int64_t done = 0;; ++done) {
      if (done % kRecordsBetweenReports == 0) report(done, *total);
      auto next = candidates.next();
      if (!next) return std::move(next).error();
      if (!*next) return {};
      auto row = candidates.row();
      if (!row) return std::move(row).error();
      record.at(**row);
      if (auto kept = keep_entries(record); !kept) return kept;
    }
  }

  Result<void> keep_entries(RecordRow& record) {
    auto document = record.document();
    if (!document) return std::move(document).error();
    const IndexEntries entries = entries_of((*document)->find(field_));
    if (auto sound = check(**document); !sound) return sound;
    auto entry = connection_.prepare("INSERT INTO temp.fresh_entries VALUES (?1, ?2, ?3, ?4)");
    if (!entry) return std::move(entry).error();
    for (const Value& scalar : entries.scalars) {
      entry->reset();
      bind_scalar(*entry, 1, scalar);
      entry->bind_one(3, record.id());
      entry->bind_one(4, std::int64_t{entries.elements});
      if (entry->step() == Step::failed) return entry->error();
      arrays_ = arrays_ || entries.elements;
    }
    return {};
  }

  void report(std::int64_t done, std::int64_t total) const {
    if (progress_ && total > 0) progress_(kind_.name, field_.name(), done, total);
  }

  Connection& connection_;
  const Catalog& texts_;
  const KindTables& kind_;
  const FieldPath& field_;
  const IndexProgress& progress_;
  bool arrays_ = false;
};

Result<KindTables> tables_for(Connection& connection, const std::string& name) {
  auto transaction = Transaction::begin_write(connection);
  if (!transaction) return std::move(transaction).error();
  auto tables = make_kind(connection, name);
  if (!tables) return tables;
  if (auto made = transaction->commit(); !made) return std::move(made).error();
  return tables;
}

Result<void> drop(Connection& connection, const FieldIndex& index) {
  auto transaction = Transaction::begin_write(connection);
  if (!transaction) return std::move(transaction).error();
  if (auto dropped = drop_index(connection, index.number); !dropped) return dropped;
  return transaction->commit();
}

Result<void> reconcile(Connection& connection, const Catalog& texts, const Kind& kind,
                       const IndexProgress& progress) {
  auto tables = tables_for(connection, kind.name());
  if (!tables) return std::move(tables).error();
  std::set<FieldPath> missing = declared_fields(kind);
  for (const FieldIndex& index : tables->indexes) {
    if (missing.erase(index.field) > 0) continue;
    if (auto dropped = drop(connection, index); !dropped) return dropped;
  }
  for (const FieldPath& field : missing) {
    auto built = SortedBuild(connection, texts, *tables, field, progress).run();
    if (!built) return built;
  }
  return {};
}

}  // namespace

Result<void> reconcile(Connection& connection, const Catalog& texts,
                       const std::vector<std::shared_ptr<const Kind>>& kinds,
                       const IndexProgress& progress) {
  for (const auto& kind : kinds) {
    if (auto done = reconcile(connection, texts, *kind, progress); !done) return done;
  }
  return {};
}

}  // namespace dropzone::sqlite
