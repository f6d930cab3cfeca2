#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <dropzone/result.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "query/key_range.h"
#include "query/record_row.h"

namespace dropzone::sqlite {

/// A way to records: ranges of a field's index, or of ids if there is no index. Ranges of ids
/// are those of the strings that the ids are.
struct AccessPath {
  const FieldIndex* index = nullptr;
  KeyRanges ranges;
};

/// "class = ?1 AND value > ?2 AND value < ?3": what holds for the entries of a range; or, in an
/// access without an index, for its ids.
[[nodiscard]] std::string condition_for(const AccessPath& access, const KeyRange& range);

/// How the entries of an index are selected.
struct EntrySelection {
  std::string condition;  ///< As from condition_for().
  bool scalars_alone = false;
  bool descending = false;
};

/// "SELECT id, class, value FROM entries_7 WHERE … ORDER BY …".
[[nodiscard]] std::string select_entries(const FieldIndex& index, const EntrySelection& selection);
/// The columns of each entry's record, then class and value.
[[nodiscard]] std::string select_entries_with_rows(const FieldIndex& index, const KindTables& kind,
                                                   Columns columns,
                                                   const EntrySelection& selection);

/// The texts that stand for the bounds of a range of ids; a statement is bound to them.
struct IdBounds {
  std::string low;
  std::string high;
};

/// Walks the records that an access leads to, in the order of its index and in either direction. A
/// record with an array comes once for each element in the ranges.
class Candidates {
 public:
  struct Options {
    Columns columns = Columns::id;  ///< Of the record's row, if it is read.
    bool descending = false;
    bool scalars_alone = false;  ///< Leave out the entries of arrays.
    bool with_rows = false;      ///< By an index: read each one's row with its entry.
    /// Without an index: read each one's original with its row.
    bool with_originals = false;
  };

  /// All must outlive it.
  Candidates(Connection& connection, const KindTables& kind, const AccessPath& access,
             Options options)
      : connection_(connection), kind_(kind), access_(access), options_(options) {}

  /// Goes on to the next one; false at the end.
  Result<bool> next();

  /// Of the one at hand.
  [[nodiscard]] std::string_view id() const { return current_->bytes(0); }
  /// The entry's scalar. Precondition: by an index.
  [[nodiscard]] Value scalar() const;
  /// Whether row() need not look for it.
  [[nodiscard]] bool has_row() const noexcept {
    return options_.columns != Columns::id && (!access_.index || options_.with_rows);
  }
  /// The record's row.
  Result<const Statement*> row();

 private:
  Result<bool> open_next_range();
  Result<void> open(const KeyRange& range);
  [[nodiscard]] std::string statement_for(const KeyRange& range) const;

  Connection& connection_;
  const KindTables& kind_;
  const AccessPath& access_;
  Options options_;
  std::size_t opened_ranges_ = 0;
  bool in_range_ = false;
  std::string sql_;
  std::optional<Statement> current_;
  std::optional<Statement> row_;
  IdBounds ids_;
};

/// How many entries an access has, counted no further than `at_most`.
Result<std::int64_t> count_entries(Connection& connection, const KindTables& kind,
                                   const AccessPath& access, std::int64_t at_most);

}  // namespace dropzone::sqlite
