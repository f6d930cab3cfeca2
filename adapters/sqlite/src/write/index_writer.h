#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <dropzone/result.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "query/index_entries.h"

namespace dropzone::sqlite {

/// Writes the entries of indexes. Within a write transaction.
class IndexWriter {
 public:
  /// Must outlive it.
  explicit IndexWriter(Connection& connection) : connection_(connection) {}

  /// Precondition: the record has no entries.
  Result<void> insert(const FieldIndex& index, const IndexEntries& entries, std::string_view id);
  /// Some or all of the entries may be there already.
  Result<void> complete(const FieldIndex& index, const IndexEntries& entries, std::string_view id);
  Result<void> erase(const FieldIndex& index, const IndexEntries& entries, std::string_view id);

  /// To be called when something was rolled back, or an index was dropped: marks that it made in
  /// the file may be gone.
  void forget_marks() { with_arrays_.clear(); }

 private:
  struct Statements {
    std::string insert;
    std::string complete;
    std::string erase;
  };

  Result<void> mark_arrays(const FieldIndex& index);
  const Statements& statements_for(const FieldIndex& index);
  Result<void> put(const std::string& sql, const FieldIndex& index, const IndexEntries& entries,
                   std::string_view id);

  Connection& connection_;
  std::map<std::int64_t, Statements> statements_;
  std::set<std::int64_t> with_arrays_;  ///< Indexes that the file marks as having arrays.
};

}  // namespace dropzone::sqlite
