#include "write/index_writer.h"

namespace dropzone::sqlite {

Result<void> IndexWriter::insert(const FieldIndex& index, const IndexEntries& entries,
                                 std::string_view id) {
  return put(statements_for(index).insert, index, entries, id);
}

Result<void> IndexWriter::complete(const FieldIndex& index, const IndexEntries& entries,
                                   std::string_view id) {
  return put(statements_for(index).complete, index, entries, id);
}

Result<void> IndexWriter::erase(const FieldIndex& index, const IndexEntries& entries,
                                std::string_view id) {
  if (entries.scalars.empty()) return {};
  auto entry = connection_.prepare(statements_for(index).erase);
  if (!entry) return std::move(entry).error();
  for (const Value& scalar : entries.scalars) {
    entry->reset();
    bind_scalar(*entry, 1, scalar);
    entry->bind_one(3, id);
    if (entry->step() == Step::failed) return entry->error();
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

Result<void> IndexWriter::put(const std::string& sql, const FieldIndex& index,
                              const IndexEntries& entries, std::string_view id) {
  if (entries.scalars.empty()) return {};
  if (entries.elements) {
    if (auto marked = mark_arrays(index); !marked) return marked;
  }
  auto entry = connection_.prepare(sql);
  if (!entry) return std::move(entry).error();
  for (const Value& scalar : entries.scalars) {
    entry->reset();
    bind_scalar(*entry, 1, scalar);
    entry->bind_one(3, id);
    entry->bind_one(4, std::int64_t{entries.elements});
    if (entry->step() == Step::failed) return entry->error();
  }
  return {};
}

}  // namespace dropzone::sqlite
