#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "query/index_entries.h"

namespace dropzone::sqlite {

/// Writes the entries of indexes. Within a write transaction.
///
/// The entries of a batch are scattered over the b-trees of its indexes. So that each page is
/// visited once, they are kept until flush(), which writes them in the b-trees' order.
class IndexWriter {
 public:
  /// Must outlive it.
  explicit IndexWriter(Connection& connection) : connection_(connection) {}

  // What is kept until flush(). The indexes must outlive that.
  /// Precondition: the record has no entries.
  void insert(const FieldIndex& index, const IndexEntries& entries, std::string_view id);
  void erase(const FieldIndex& index, const IndexEntries& entries, std::string_view id);
  Result<void> flush();
  /// Drops what was kept since the last flush().
  void forget_kept() { kept_.clear(); }

  /// Writes entries at once, of which some or all may be there already.
  Result<void> complete(const FieldIndex& index, const IndexEntries& entries, std::string_view id);

  /// To be called when something was rolled back, or an index was dropped: marks that it made in
  /// the file may be gone.
  void forget_marks() { with_arrays_.clear(); }

 private:
  struct Statements {
    std::string insert;
    std::string complete;
    std::string erase;
  };

  struct Change {
    const FieldIndex* index;
    Value scalar;
    std::string id;
    bool erases = false;
    bool element = false;
  };

  static bool is_before(const Change& left, const Change& right);
  void keep(const FieldIndex& index, const IndexEntries& entries, std::string_view id, bool erases);
  Result<void> apply(const Change& change);
  Result<void> mark_arrays(const FieldIndex& index);
  const Statements& statements_for(const FieldIndex& index);
  Connection& connection_;
  std::vector<Change> kept_;
  std::map<std::int64_t, Statements> statements_;
  std::set<std::int64_t> with_arrays_;  ///< Indexes that the file marks as having arrays.
};

}  // namespace dropzone::sqlite
