#include "write/index_writer.h"

#include <algorithm>

namespace dropzone::sqlite {

void IndexWriter::insert(const FieldIndex& index, const IndexEntries& entries,
                         std::string_view id) {
  keep(index, entries, id, false);
}

void IndexWriter::erase(const FieldIndex& index, const IndexEntries& entries, std::string_view id) {
  keep(index, entries, id, true);
}

void IndexWriter::keep(const FieldIndex& index, const IndexEntries& entries, std::string_view id,
                       bool erases) {
  for (const Value& scalar : entries.scalars) {
    kept_.push_back({&index, scalar, std::string(id), erases, entries.elements});
  }
}

Result<void> IndexWriter::flush() {
  // Changes of one entry stay in the order in which they were made.
  std::ranges::stable_sort(kept_, is_before);
  for (const Change& change : kept_) DROPZONE_CHECK(apply(change));
  kept_.clear();
  return {};
}

bool IndexWriter::is_before(const Change& left, const Change& right) {
  if (left.index->number != right.index->number) return left.index->number < right.index->number;
  const auto order = compare_scalars(left.scalar, right.scalar);
  return order != 0 ? order < 0 : left.id < right.id;
}

Result<void> IndexWriter::apply(const Change& change) {
  if (change.element && !change.erases) DROPZONE_CHECK(mark_arrays(*change.index));
  const Statements& statements = statements_for(*change.index);
  DROPZONE_TRY(Statement entry,
               connection_.prepare(change.erases ? statements.erase : statements.insert));
  bind_scalar(entry, 1, change.scalar);
  entry.bind_one(3, std::string_view(change.id));
  if (!change.erases) entry.bind_one(4, std::int64_t{change.element});
  if (entry.step() == Step::failed) return entry.error();
  return {};
}

Result<void> IndexWriter::complete(const FieldIndex& index, const IndexEntries& entries,
                                   std::string_view id) {
  if (entries.scalars.empty()) return {};
  if (entries.elements) DROPZONE_CHECK(mark_arrays(index));
  DROPZONE_TRY(Statement entry, connection_.prepare(statements_for(index).complete));
  for (const Value& scalar : entries.scalars) {
    entry.reset();
    bind_scalar(entry, 1, scalar);
    entry.bind_one(3, id);
    entry.bind_one(4, std::int64_t{entries.elements});
    if (entry.step() == Step::failed) return entry.error();
  }
  return {};
}

// If no record has an array, an index leads to each record once, and conditions on the field can
// be joined. The mark stays when the arrays are gone.
Result<void> IndexWriter::mark_arrays(const FieldIndex& index) {
  if (!with_arrays_.insert(index.number).second) return {};
  return connection_.run("UPDATE indexes SET arrays = 1 WHERE number = ?1 AND arrays = 0",
                         index.number);
}

const IndexWriter::Statements& IndexWriter::statements_for(const FieldIndex& index) {
  const auto known = statements_.find(index.number);
  if (known != statements_.end()) return known->second;
  const std::string entry = index.table + " (class, value, id, element) VALUES (?1, ?2, ?3, ?4)";
  Statements statements{
      .insert = "INSERT INTO " + entry,
      .complete = "INSERT OR IGNORE INTO " + entry,
      .erase = "DELETE FROM " + index.table + " WHERE class = ?1 AND value = ?2 AND id = ?3",
  };
  return statements_.emplace(index.number, std::move(statements)).first->second;
}

}  // namespace dropzone::sqlite
