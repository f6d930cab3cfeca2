#include "write/record_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <dropzone/store/write_decision.h>

#include "db/sqlite_error.h"

namespace dropzone::sqlite {
namespace {

// Larger data would make the rows of scans and look-ups by id too few a page.
constexpr std::size_t kMaxDataInRow = 600;
// SQLite's own limit is 1e9 bytes a row; half of it leaves room for the data next to the original.
constexpr std::size_t kMaxRecordBytes = 450'000'000;

// Goes on to the row that was found.
std::optional<PresentRecord> present_at(const std::optional<Statement>& found, RecordRow& row) {
  if (!found) return std::nullopt;
  row.at(*found);
  return PresentRecord{.version = row.version(), .created_at = row.created_at()};
}

// Where a record's data is kept.
struct DataPlace {
  bool in_row = false;
  bool beside_original = false;
};

DataPlace place_of(const Write& write) {
  if (write.data_json.size() <= kMaxDataInRow) return {.in_row = true};
  return {.beside_original = write.data_json != write.original};
}

void bind_optional(Statement& statement, int parameter, bool there, std::string_view text) {
  if (there) {
    statement.bind_one(parameter, text);
  } else {
    statement.bind_one(parameter, nullptr);
  }
}

void bind_sha256(Statement& statement, int parameter, const std::optional<Sha256>& sha256) {
  if (!sha256) return statement.bind_one(parameter, nullptr);
  const auto* bytes = reinterpret_cast<const char*>(sha256->data());
  statement.bind_one(parameter, Blob{{bytes, sha256->size()}});
}

void bind_received(Statement& statement, int first_parameter,
                   const std::optional<Received>& received) {
  if (received) {
    statement.bind_one(first_parameter, received->at.micros);
    statement.bind_one(first_parameter + 1, std::string_view(received->by));
  } else {
    statement.bind_one(first_parameter, nullptr);
    statement.bind_one(first_parameter + 1, nullptr);
  }
}

Result<void> finish(Statement& statement) {
  if (statement.step() == Step::failed) return statement.error();
  return {};
}

}  // namespace

void bind_text(Statement& statement, int parameter, const TextReference& text) {
  if (const auto* number = std::get_if<std::int64_t>(&text)) {
    statement.bind_one(parameter, *number);
  } else if (const auto* own = std::get_if<std::string>(&text)) {
    statement.bind_one(parameter, std::string_view(*own));
  } else {
    statement.bind_one(parameter, nullptr);
  }
}

Result<void> RecordWriter::begin() {
  added_.clear();
  added_before_part_.clear();
  if (auto begun = connection_.begin_write(); !begun || next_row_ > 0) return begun;
  auto last = connection_.integer("SELECT max(row) FROM originals", 0);
  if (!last) return std::move(last).error();
  next_row_ = *last + 1;
  return {};
}

Result<void> RecordWriter::commit() {
  for (const auto& [kind, added] : added_) {
    if (added == 0) continue;
    auto counted =
        connection_.run("UPDATE kinds SET records = records + ?2 WHERE kind = ?1", kind, added);
    if (!counted) return counted;
  }
  if (connection_.run("COMMIT")) return {};
  return commit_error(connection_.handle());
}

void RecordWriter::roll_back() noexcept {
  if (connection_.in_transaction()) (void)connection_.run("ROLLBACK");
  indexes_.forget_kept();
  indexes_.forget_marks();
  next_row_ = 0;  // Another program may have written, too.
}

Result<void> RecordWriter::begin_part() {
  DROPZONE_CHECK(indexes_.flush());  // What is kept shall not be undone with the part.
  added_before_part_.push_back(added_);
  return connection_.run("SAVEPOINT part");
}

Result<void> RecordWriter::end_part() {
  added_before_part_.pop_back();
  return connection_.run("RELEASE part");
}

Result<void> RecordWriter::undo_part() {
  added_ = added_before_part_.back();
  indexes_.forget_kept();
  indexes_.forget_marks();
  if (auto undone = connection_.run("ROLLBACK TO part"); !undone) return undone;
  return end_part();
}

Result<WriteOutcome> RecordWriter::write(const PreparedWrite& prepared) {
  const Write& write = prepared.write;
  if (write.original.size() > kMaxRecordBytes || write.data_json.size() > kMaxRecordBytes) {
    return WriteOutcome{WriteStatus::refused,
                        {ErrorCode::record_too_large, "The record does not fit the store."},
                        {}};
  }
  if (write.if_exists != IfExists::replace && !write.if_version && !write.erases) {
    return insert(prepared);
  }

  DROPZONE_TRY(const auto found, find(*prepared.kind, write.id));
  RecordRow old(connection_, catalog_, Columns::dated);
  WriteOutcome outcome = decide(write, present_at(found, old));
  switch (outcome.status) {
    case WriteStatus::created: return insert(prepared);
    case WriteStatus::replaced: return replace(prepared, old);
    case WriteStatus::erased: DROPZONE_CHECK(erase(*prepared.kind, old)); return outcome;
    case WriteStatus::skipped:
    case WriteStatus::refused:
    case WriteStatus::aborted: break;
  }
  return outcome;
}

Result<std::optional<Statement>> RecordWriter::find(const KindTables& kind, std::string_view id) {
  DROPZONE_TRY(Statement found, connection_.prepare(statements_for(kind).select));
  found.bind(id);
  switch (found.step()) {
    case Step::row: return std::optional(std::move(found));
    case Step::done: return std::optional<Statement>();
    case Step::failed: break;
  }
  return found.error();
}

Result<WriteOutcome> RecordWriter::insert(const PreparedWrite& prepared) {
  const Write& write = prepared.write;
  const DataPlace place = place_of(write);
  auto record = connection_.prepare(statements_for(*prepared.kind).insert);
  if (!record) return std::move(record).error();
  record->bind_one(1, std::string_view(write.id));
  bind_optional(*record, 2, place.in_row, write.data_json);
  bind_text(*record, 3, prepared.timestamps);
  record->bind_one(4, next_row_);
  record->bind_one(5, std::string_view(write.meta.version));
  bind_text(*record, 6, prepared.pipeline);
  record->bind_one(7, write.meta.created_at.micros);
  record->bind_one(8, write.meta.updated_at.micros);
  if (auto done = finish(*record); !done) return std::move(done).error();
  if (connection_.changes() == 0) return decide(write, PresentRecord());

  auto original = connection_.prepare(
      "INSERT INTO originals (row, original, data, sha256, received_at, received_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  if (!original) return std::move(original).error();
  original->bind(next_row_, Blob{write.original});
  bind_optional(*original, 3, place.beside_original, write.data_json);
  bind_sha256(*original, 4, write.meta.sha256);
  bind_received(*original, 5, write.meta.received);
  if (auto done = finish(*original); !done) return std::move(done).error();
  for (std::size_t i = 0; i < prepared.entries.size(); ++i) {
    indexes_.insert(prepared.kind->indexes[i], prepared.entries[i], write.id);
  }
  ++next_row_;
  ++added_[prepared.kind->number];
  return WriteOutcome{WriteStatus::created, {}, write.meta.created_at};
}

Result<WriteOutcome> RecordWriter::replace(const PreparedWrite& prepared, RecordRow& old) {
  const Write& write = prepared.write;
  const DataPlace place = place_of(write);
  auto old_entries = entries_of_record(*prepared.kind, old);
  if (!old_entries) return std::move(old_entries).error();
  const std::int64_t row = old.number();
  const Timestamp created_at = old.created_at();

  auto record = connection_.prepare(statements_for(*prepared.kind).update);
  if (!record) return std::move(record).error();
  record->bind_one(1, std::string_view(write.id));
  bind_optional(*record, 2, place.in_row, write.data_json);
  bind_text(*record, 3, prepared.timestamps);
  record->bind_one(4, std::string_view(write.meta.version));
  bind_text(*record, 5, prepared.pipeline);
  record->bind_one(6, std::max(write.meta.updated_at, created_at).micros);
  if (auto done = finish(*record); !done) return std::move(done).error();

  auto original = connection_.prepare(
      "UPDATE originals SET original = ?2, data = ?3, sha256 = ?4, received_at = ?5,"
      " received_by = ?6 WHERE row = ?1");
  if (!original) return std::move(original).error();
  original->bind(row, Blob{write.original});
  bind_optional(*original, 3, place.beside_original, write.data_json);
  bind_sha256(*original, 4, write.meta.sha256);
  bind_received(*original, 5, write.meta.received);
  if (auto done = finish(*original); !done) return std::move(done).error();

  for (std::size_t i = 0; i < prepared.entries.size(); ++i) {
    const IndexEntries& before = (*old_entries)[i];
    const IndexEntries& after = prepared.entries[i];
    const FieldIndex& index = prepared.kind->indexes[i];
    // A replacement keeps the time of creation.
    if (before == after || index.field.reserved() == FieldPath::Reserved::created_at) continue;
    indexes_.erase(index, before, write.id);
    indexes_.insert(index, after, write.id);
  }
  return WriteOutcome{WriteStatus::replaced, {}, created_at};
}

Result<EraseStatus> RecordWriter::erase(const KindTables& kind, const Erase& erase) {
  DROPZONE_TRY(const auto found, find(kind, erase.id));
  RecordRow old(connection_, catalog_, Columns::dated);
  const EraseStatus status = decide(erase, present_at(found, old));
  if (status == EraseStatus::erased) DROPZONE_CHECK(this->erase(kind, old));
  return status;
}

Result<void> RecordWriter::erase(const KindTables& kind, RecordRow& old) {
  DROPZONE_TRY(const auto entries, entries_of_record(kind, old));
  const std::string id(old.id());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    indexes_.erase(kind.indexes[i], entries[i], id);
  }
  DROPZONE_CHECK(connection_.run("DELETE FROM originals WHERE row = ?1", old.number()));
  DROPZONE_CHECK(connection_.run(statements_for(kind).erase, std::string_view(id)));
  --added_[kind.number];
  return {};
}

const RecordWriter::Statements& RecordWriter::statements_for(const KindTables& kind) {
  const auto known = statements_.find(kind.number);
  if (known != statements_.end()) return known->second;
  return statements_
      .emplace(kind.number,
               Statements{
                   .insert = "INSERT OR IGNORE INTO " + kind.table +
                             " (id, data, timestamps, row, version, pipeline, created, updated)"
                             " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                   .select = select_record(kind, Columns::everything),
                   .update = "UPDATE " + kind.table +
                             " SET data = ?2, timestamps = ?3, version = ?4, pipeline = ?5,"
                             " updated = ?6 WHERE id = ?1",
                   .erase = "DELETE FROM " + kind.table + " WHERE id = ?1",
               })
      .first->second;
}

Result<std::vector<IndexEntries>> RecordWriter::entries_of_record(const KindTables& kind,
                                                                  RecordRow& record) {
  std::vector<IndexEntries> entries;
  if (kind.indexes.empty()) return entries;
  auto document = record.document();
  if (!document) return std::move(document).error();
  for (const FieldIndex& index : kind.indexes) {
    entries.push_back(entries_of((*document)->find(index.field)));
  }
  if (auto sound = check(**document); !sound) return std::move(sound).error();
  return entries;
}

}  // namespace dropzone::sqlite
